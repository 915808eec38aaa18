package io.tallygate.grpc.connect;

import io.grpc.LoadBalancer;
import io.grpc.NameResolver.ConfigOrError;
import java.util.Map;

/** Round robin by static weights, with health checks. Public because gRPC loads it by name. */
public final class WeightedProvider extends NamedProvider {

    static final String NAME = "tallygate_weighted";

    public WeightedProvider() {
        super(NAME);
    }

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return healthChecked(helper, WeightedBalancer::new);
    }

    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
        return ConfigOrError.fromConfig(NAME);
    }
}
