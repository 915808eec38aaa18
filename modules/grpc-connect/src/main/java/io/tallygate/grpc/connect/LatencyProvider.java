package io.tallygate.grpc.connect;

import io.grpc.LoadBalancer;
import io.grpc.NameResolver.ConfigOrError;
import java.util.Map;

/** Load by latency, with health checks. Public because gRPC loads it by name. */
public final class LatencyProvider extends NamedProvider {

    static final String NAME = "tallygate_latency";

    public LatencyProvider() {
        super(NAME);
    }

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return healthChecked(helper, LatencyBalancer::new);
    }

    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
        return ConfigOrError.fromConfig(NAME);
    }
}
