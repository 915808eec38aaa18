package io.tallygate.grpc.client.connect;

import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.PeerServiceGrpc;
import java.util.List;
import java.util.Map;

/** gRPC's service config: the policy, health checks, and retries of reads. */
final class ServiceConfig {

    private static final double ATTEMPTS_MAX = 4;
    private static final String METHODS = "methodConfig";

    private ServiceConfig() {}

    /** For a channel to all instances: only to those that serve, by a policy. */
    static Map<String, ?> of(Policy policy) {
        return Map.of(
                "loadBalancingConfig", List.of(policy.serviceConfig()),
                "healthCheckConfig", Map.of("serviceName", CounterServiceGrpc.SERVICE_NAME),
                METHODS, methods());
    }

    /** For a channel to one instance: there is no other to prefer, whatever it says about its health. */
    static Map<String, ?> ofOneInstance() {
        return Map.of(METHODS, methods());
    }

    private static List<Map<String, ?>> methods() {
        return List.of(Map.of("name", reads(), "retryPolicy", Map.of(
                "maxAttempts", ATTEMPTS_MAX,
                "initialBackoff", "0.1s",
                "maxBackoff", "10s",
                "backoffMultiplier", 2.0,
                "retryableStatusCodes", List.of("UNAVAILABLE"))));
    }

    /** Never writes: these are repeated by their callers, with their numbers. */
    private static List<Map<String, ?>> reads() {
        return List.of(
                method(CounterServiceGrpc.SERVICE_NAME, "Get"),
                method(CounterServiceGrpc.SERVICE_NAME, "BatchGet"),
                method(CounterServiceGrpc.SERVICE_NAME, "Top"),
                method(PeerServiceGrpc.SERVICE_NAME, "WindowShare"));
    }

    private static Map<String, ?> method(String service, String method) {
        return Map.of("service", service, "method", method);
    }
}
