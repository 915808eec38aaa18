package io.tallygate.grpc.connect;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.NameResolver.ConfigOrError;
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
        return healthChecked(helper, checked -> balancer(wrapped(), checked));
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
