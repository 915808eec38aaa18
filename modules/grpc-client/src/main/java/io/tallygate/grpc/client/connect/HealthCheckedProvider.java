package io.tallygate.grpc.client.connect;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import java.util.Map;
import java.util.Objects;

/** Another policy, whose instances count as connected only while they say that they serve. */
abstract class HealthCheckedProvider extends NamedProvider {

    private final String policy;

    HealthCheckedProvider(String name, String policy) {
        super(name);
        this.policy = policy;
    }

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(new LoadBalancer.Factory() {
            @Override
            public LoadBalancer newLoadBalancer(LoadBalancer.Helper checked) {
                return balancer(wrapped(), checked);
            }
        }, helper);
    }

    LoadBalancer balancer(LoadBalancerProvider provider, LoadBalancer.Helper helper) {
        return provider.newLoadBalancer(helper);
    }

    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
        return wrapped().parseLoadBalancingPolicyConfig(config);
    }

    private LoadBalancerProvider wrapped() {
        // Not in the constructor: the registry is loading providers then.
        return Objects.requireNonNull(LoadBalancerRegistry.getDefaultRegistry().getProvider(policy), policy);
    }
}
