package io.tallygate.grpc.connect;

import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Map;

/** gRPC's service config: the policy, health checks, and retries of reads. */
final class ServiceConfig {

    private static final double ATTEMPTS_MAX = 4;
    private static final String METHODS = "methodConfig";

    private ServiceConfig() {}

    /** For a channel to all instances: only to those that serve, by a policy. */
    static Map<String, ?> of(RemoteService service, Policy policy) {
        return Map.of(
                "loadBalancingConfig", List.of(policy.serviceConfig()),
                "healthCheckConfig", Map.of("serviceName", service.healthName()),
                METHODS, methods(service));
    }

    /** For a channel to one instance: there is no other to prefer, whatever it says about its health. */
    static Map<String, ?> ofOneInstance(RemoteService service) {
        return Map.of(METHODS, methods(service));
    }

    /** Never of writes: these are repeated by their callers, with their numbers. */
    private static List<Map<String, ?>> methods(RemoteService service) {
        if (service.reads().isEmpty()) {
            // A list without names would be refused.
            return List.of();
        }
        return List.of(Map.of("name", service.reads().stream().map(ServiceConfig::name).toList(), "retryPolicy",
                Map.of(
                        "maxAttempts", ATTEMPTS_MAX,
                        "initialBackoff", "0.1s",
                        "maxBackoff", "10s",
                        "backoffMultiplier", 2.0,
                        "retryableStatusCodes", List.of("UNAVAILABLE"))));
    }

    private static Map<String, ?> name(MethodDescriptor<?, ?> method) {
        return Map.of("service", String.valueOf(method.getServiceName()), "method",
                String.valueOf(method.getBareMethodName()));
    }
}
