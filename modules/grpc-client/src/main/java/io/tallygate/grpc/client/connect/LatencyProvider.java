package io.tallygate.grpc.client.connect;

import io.grpc.LoadBalancer;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import java.util.Map;

/** Load by latency, with health checks. Public because gRPC loads it by name. */
public final class LatencyProvider extends NamedProvider {

    static final String NAME = "tallygate_latency";

    public LatencyProvider() {
        super(NAME);
    }

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(new LoadBalancer.Factory() {
            @Override
            public LoadBalancer newLoadBalancer(LoadBalancer.Helper checked) {
                return new LatencyBalancer(checked);
            }
        }, helper);
    }

    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
        return ConfigOrError.fromConfig(NAME);
    }
}
