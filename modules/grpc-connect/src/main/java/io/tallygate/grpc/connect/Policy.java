package io.tallygate.grpc.connect;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How calls are spread over instances. An instance that says it is not serving gets none. */
public enum Policy {

    /** Each in turn. */
    ROUND_ROBIN("round_robin", Map.of()),
    /** Each in turn, by its {@link Instance#weight()}. */
    WEIGHTED(WeightedProvider.NAME, Map.of()),
    /** The one of two random instances that has fewer calls of this channel in flight. */
    LEAST_REQUEST(LeastRequestProvider.NAME, Map.of("choiceCount", 2.0)),
    /**
     * The one of two random instances that has the smaller {@link PeakEwma load}: calls in flight times latency. It goes
     * around an instance that turns slow before its calls fail.
     */
    LATENCY(LatencyProvider.NAME, Map.of()),
    /** Calls of one key to one instance; when an instance leaves, only its keys move. */
    CONSISTENT_HASH(ConsistentHashProvider.NAME, Map.of());

    private final String lbPolicy;
    private final Map<String, ?> lbConfig;

    Policy(String lbPolicy, Map<String, ?> lbConfig) {
        this.lbPolicy = lbPolicy;
        this.lbConfig = lbConfig;
    }

    /**
     * Reads a policy's name in lower case with hyphens, such as {@code least-request}.
     *
     * @throws IllegalArgumentException listing the names
     */
    public static Policy parse(String name) {
        return Arrays.stream(values()).filter(policy -> policy.text().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is not one of "
                        + Arrays.stream(values()).map(Policy::text).collect(Collectors.joining(", "))));
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Map<String, ?> serviceConfig() {
        return GuardedProvider.serviceConfig(lbPolicy, lbConfig);
    }
}
