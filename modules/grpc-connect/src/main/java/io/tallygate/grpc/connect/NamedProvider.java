package io.tallygate.grpc.connect;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import java.util.function.Function;

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

    /** A policy whose instances count as connected only while they say that they serve. */
    static LoadBalancer healthChecked(LoadBalancer.Helper helper, Function<LoadBalancer.Helper, LoadBalancer> policy) {
        return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(new LoadBalancer.Factory() {
            @Override
            public LoadBalancer newLoadBalancer(LoadBalancer.Helper checked) {
                return policy.apply(checked);
            }
        }, helper);
    }
}
