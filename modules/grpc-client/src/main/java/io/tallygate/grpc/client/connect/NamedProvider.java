package io.tallygate.grpc.client.connect;

import io.grpc.LoadBalancerProvider;

/** A policy that is always there, under a name of ours. */
abstract class NamedProvider extends LoadBalancerProvider {

    private static final int PRIORITY = 5;

    private final String name;

    NamedProvider(String name) {
        this.name = name;
    }

    @Override
    public final boolean isAvailable() {
        return true;
    }

    @Override
    public final int getPriority() {
        return PRIORITY;
    }

    @Override
    public final String getPolicyName() {
        return name;
    }
}
