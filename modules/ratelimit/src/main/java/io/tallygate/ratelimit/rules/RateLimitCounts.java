package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.MetricSource;
import io.tallygate.ratelimit.Source;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What checks found since the start: how many were allowed and denied, and the hits of each series of rules under the names
 * that Envoy's reference service gives them. Thread-safe.
 */
final class RateLimitCounts implements MetricSource {

    private static final String CHECKS = "tallygate.ratelimit.checks";
    /** Gauges, because names of counts end in {@code _total}, and these are to be those of dashboards that there are. */
    private static final String HITS = "ratelimit_service_rate_limit_";

    private record Checks(LongAdder allowed, LongAdder denied) {

        private Checks() {
            this(new LongAdder(), new LongAdder());
        }
    }

    private record Hits(LongAdder total, LongAdder within, LongAdder near, LongAdder over, LongAdder cached,
            LongAdder shadow) {

        private Hits() {
            this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
        }

        private void add(HitCounts counts, boolean isCached) {
            add(total, counts.total());
            add(within, counts.within());
            add(near, counts.near());
            add(over, counts.over());
            add(cached, isCached ? counts.over() : 0);
            add(shadow, counts.shadow());
        }

        private static void add(LongAdder adder, long hits) {
            if (hits > 0) {
                adder.add(hits);
            }
        }

        private void bindTo(Sink sink, MetricKey key) {
            Map<String, String> labels = Map.of("domain", key.domain(), "key1", key.key1(), "key2", key.key2());
            sink.gauge(HITS + "total_hits", "Hits of rules", labels, total::sum);
            sink.gauge(HITS + "within_limit", "Hits of requests that were within their limits", labels, within::sum);
            sink.gauge(HITS + "near_limit", "Hits beyond 80 % of their limits", labels, near::sum);
            sink.gauge(HITS + "over_limit", "Hits beyond their limits", labels, over::sum);
            sink.gauge(HITS + "over_limit_with_local_cache",
                    "Those of them that this process remembered, and did not ask its store", labels, cached::sum);
            sink.gauge(HITS + "shadow_mode", "Hits beyond limits that only report", labels, shadow::sum);
        }
    }

    private final Map<Source, Checks> checks = new EnumMap<>(Source.class);
    private final Map<MetricKey, Hits> series = new ConcurrentHashMap<>();
    /** Guarded by this, as is the making of series. */
    private @Nullable Sink bound;

    RateLimitCounts() {
        for (Source source : Source.values()) {
            checks.put(source, new Checks());
        }
    }

    /**
     * Counts what a check asked and got; nothing where it only looked, or gave back.
     *
     * @param cached whether this process remembered it
     */
    void decided(CheckResult result, boolean cached) {
        boolean isCounted = false;
        for (DescriptorReport descriptor : result.descriptors()) {
            MetricKey key = descriptor.metric().orElse(null);
            if (key != null) {
                HitCounts counts = HitCounts.of(descriptor);
                if (counts.total() > 0) {
                    isCounted = true;
                    hits(key).add(counts, cached);
                }
            }
        }
        if (isCounted) {
            Checks of = Objects.requireNonNull(checks.get(result.source()));
            (result.allowed() ? of.allowed : of.denied).increment();
        }
    }

    private Hits hits(MetricKey key) {
        Hits known = series.get(key);
        return known != null ? known : made(key);
    }

    private synchronized Hits made(MetricKey key) {
        return series.computeIfAbsent(key, made -> {
            var hits = new Hits();
            if (bound != null) {
                hits.bindTo(bound, made);
            }
            return hits;
        });
    }

    @Override
    public synchronized void bindTo(Sink sink) {
        bound = sink;
        checks.forEach((source, of) -> {
            String code = source.code();
            sink.count(CHECKS, "Checks of rate limits", Map.of("result", "allowed", "source", code), of.allowed::sum);
            sink.count(CHECKS, "Checks of rate limits", Map.of("result", "denied", "source", code), of.denied::sum);
        });
        series.forEach((key, hits) -> hits.bindTo(sink, key));
    }
}
