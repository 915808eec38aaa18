package io.tallygate.cache;

import io.tallygate.kernel.MetricSource;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The figures of all caches, each under its name. */
final class CacheMetrics implements MetricSource {

    private static final String PREFIX = "tallygate.multicache.";
    private static final long MILLI_NANOS = 1_000_000;

    private final MultiLevelCaches caches;

    CacheMetrics(MultiLevelCaches caches) {
        this.caches = caches;
    }

    @Override
    public void bindTo(Sink sink) {
        caches.watch(cache -> bind(sink, cache));
    }

    private static void bind(Sink sink, MultiLevelCache<?> cache) {
        gauge(sink, cache, "entries", "Values in memory", CacheFigures::entries);
        gauge(sink, cache, "invalidations.pending", "Changes that the shared level has not taken yet",
                CacheFigures::invalidationsPending);
        gauge(sink, cache, "warm.up.left", "Keys that warm-ups have still to ask for", CacheFigures::warmUpLeft);
        hits(sink, cache, "local", CacheFigures::localHits);
        hits(sink, cache, "shared", CacheFigures::sharedHits);
        count(sink, cache, "loads", "Calls of the loader", CacheFigures::loads);
        count(sink, cache, "load.failures", "Calls of the loader that failed", CacheFigures::loadFailures);
        count(sink, cache, "load.millis", "Milliseconds that calls of the loader took",
                figures -> figures.loadNanos() / MILLI_NANOS);
        count(sink, cache, "joined", "Questions that waited for another one's answer", CacheFigures::joined);
        count(sink, cache, "stale", "Answers with a value whose life was over", CacheFigures::staleAnswers);
        count(sink, cache, "evictions", "Values that gave way to others", CacheFigures::evictions);
        count(sink, cache, "refreshes", "Loads before the end of a value's life", CacheFigures::earlyRefreshes);
        count(sink, cache, "invalidations.sent", "Changes told to other processes", CacheFigures::invalidationsSent);
        count(sink, cache, "invalidations.received", "Changes told by processes, this one among them",
                CacheFigures::invalidationsReceived);
        count(sink, cache, "resyncs", "Times that values in memory could not be trusted", CacheFigures::resyncs);
        count(sink, cache, "fills.refused", "Values that the shared level did not take", CacheFigures::fillsRefused);
        count(sink, cache, "shared.failures", "Calls of the shared level without an answer",
                CacheFigures::sharedFailures);
        count(sink, cache, "unreadable", "Values of the shared level that cannot be read", CacheFigures::unreadable);
    }

    private static void hits(Sink sink, MultiLevelCache<?> cache, String level, ToLongFunction<CacheFigures> figure) {
        sink.count(PREFIX + "hits", "Answers from a level", Map.of("cache", cache.name(), "level", level),
                () -> figure.applyAsLong(cache.figures()));
    }

    private static void count(Sink sink, MultiLevelCache<?> cache, String name, String description,
            ToLongFunction<CacheFigures> figure) {
        sink.count(PREFIX + name, description, Map.of("cache", cache.name()),
                () -> figure.applyAsLong(cache.figures()));
    }

    private static void gauge(Sink sink, MultiLevelCache<?> cache, String name, String description,
            ToLongFunction<CacheFigures> figure) {
        sink.gauge(PREFIX + name, description, Map.of("cache", cache.name()),
                () -> figure.applyAsLong(cache.figures()));
    }
}
