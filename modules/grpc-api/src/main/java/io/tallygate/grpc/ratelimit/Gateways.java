package io.tallygate.grpc.ratelimit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Which gateways have asked of late. Thread-safe. */
final class Gateways {

    static final Duration REMEMBERED = Duration.ofSeconds(30);
    private static final int GATEWAYS_MAX = 10_000;

    private final LongSupplier nanos;
    /** When each asked last, the longest ago first. Guarded by this. */
    private final Map<Long, Long> seen = new LinkedHashMap<>();

    /** @param nanos a clock such as {@link System#nanoTime} */
    Gateways(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Says how many there are, the one that asks now among them. */
    synchronized int asks(long gateway) {
        long now = nanos.getAsLong();
        seen.remove(gateway);
        seen.put(gateway, now);
        seen.values().removeIf(last -> now - last > REMEMBERED.toNanos());
        if (seen.size() > GATEWAYS_MAX) {
            seen.remove(seen.keySet().iterator().next());
        }
        return seen.size();
    }
}
