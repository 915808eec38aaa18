package io.tallygate.http.quota;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.tallygate.quota.QuotaMetrics;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many decisions granted and denied, by quota type. Callers choose the names of quota types, so only the first {@value
 * #TYPES_MAX} have a count of their own; the others share one. Absent when metrics are off. Thread-safe.
 */
@Singleton
@Requires(beans = MeterRegistry.class)
final class QuotaMeters implements QuotaMetrics {

    static final int TYPES_MAX = 100;
    private static final String OTHER = "other";

    /** The counts of one quota type. */
    private record Counts(Counter granted, Counter denied) {}

    private final MeterRegistry registry;
    private final ConcurrentHashMap<String, Counts> byType = new ConcurrentHashMap<>();

    QuotaMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void granted(String quotaType) {
        counts(quotaType).granted.increment();
    }

    @Override
    public void denied(String quotaType) {
        counts(quotaType).denied.increment();
    }

    private Counts counts(String quotaType) {
        Counts known = byType.get(quotaType);
        return known == null ? firstCounts(quotaType) : known;
    }

    private synchronized Counts firstCounts(String quotaType) {
        String label = byType.size() < TYPES_MAX || byType.containsKey(quotaType) ? quotaType : OTHER;
        return byType.computeIfAbsent(label, type -> new Counts(counter(type, "granted"), counter(type, "denied")));
    }

    private Counter counter(String quotaType, String outcome) {
        return Counter.builder("tallygate.quota.decisions").description("Decisions of what consumes and reserves")
                .tag("quota_type", quotaType).tag("outcome", outcome).register(registry);
    }
}
