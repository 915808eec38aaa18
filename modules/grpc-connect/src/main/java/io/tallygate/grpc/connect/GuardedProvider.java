package io.tallygate.grpc.connect;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.NameResolver.ConfigOrError;
import java.util.Map;
import java.util.Objects;

/** Another policy, whose instances get calls only as their circuit breakers let. Public because gRPC loads it by name. */
public final class GuardedProvider extends NamedProvider {

    static final String NAME = "tallygate_guarded";
    private static final String POLICY = "policy";
    private static final String CONFIG = "config";

    /** The guarded policy, and what it is told. */
    record Guarded(LoadBalancerProvider policy, Object config) {}

    static Map<String, ?> serviceConfig(String policy, Map<String, ?> config) {
        return Map.of(NAME, Map.of(POLICY, policy, CONFIG, config));
    }

    public GuardedProvider() {
        super(NAME);
    }

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return new GuardedBalancer(helper);
    }

    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
        String name = (String) Objects.requireNonNull(config.get(POLICY));
        LoadBalancerProvider policy = Objects
                .requireNonNull(LoadBalancerRegistry.getDefaultRegistry().getProvider(name), name);
        @SuppressWarnings("unchecked") // JSON's objects have names for keys.
        var inner = (Map<String, ?>) Objects.requireNonNull(config.get(CONFIG));
        ConfigOrError parsed = policy.parseLoadBalancingPolicyConfig(inner);
        return parsed.getError() != null
                ? parsed
                : ConfigOrError.fromConfig(new Guarded(policy, Objects.requireNonNull(parsed.getConfig())));
    }
}
