package io.tallygate.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.context.annotation.Requires;
import io.tallygate.kernel.CommitMetrics;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What group commits did since the start, as meters; absent when metrics are off. Thread-safe. */
@Singleton
@Requires(beans = MeterRegistry.class)
final class CommitMeters implements CommitMetrics {

    private static final Duration[] COMMIT_TIME_BUCKETS = millis(1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000,
            5000);
    private static final double[] BATCH_BUCKETS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000};

    private final Timer commitTime;
    private final DistributionSummary batchSize;
    private final Counter storeUnavailable;
    private final Counter refused;
    private final Counter timedOut;
    private final Counter acceptedFailed;

    CommitMeters(MeterRegistry registry) {
        commitTime = Timer.builder("tallygate.commit.time").description("Time that the store took to commit a flush")
                .serviceLevelObjectives(COMMIT_TIME_BUCKETS).register(registry);
        batchSize = DistributionSummary.builder("tallygate.commit.batch").baseUnit("operations")
                .description("Operations that shared a flush").serviceLevelObjectives(BATCH_BUCKETS).register(registry);
        storeUnavailable = counter(registry, "tallygate.commit.store.unavailable",
                "Flushes that the store did not answer and that were tried again");
        refused = counter(registry, "tallygate.commit.overload", "Operations refused because the queue was full");
        timedOut = counter(registry, "tallygate.commit.timeout",
                "Operations whose callers were told that the store took too long");
        acceptedFailed = counter(registry, "tallygate.commit.accepted.failed",
                "Operations acknowledged as accepted that could not be applied");
    }

    @Override
    public void flushed(int operations, long commitNanos) {
        commitTime.record(commitNanos, TimeUnit.NANOSECONDS);
        batchSize.record(operations);
    }

    @Override
    public void storeUnavailable() {
        storeUnavailable.increment();
    }

    @Override
    public void refused(int operations) {
        refused.increment(operations);
    }

    @Override
    public void timedOut(int operations) {
        timedOut.increment(operations);
    }

    @Override
    public void acceptedLost(int operations) {
        acceptedFailed.increment(operations);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static Duration[] millis(long... millis) {
        var durations = new Duration[millis.length];
        for (int i = 0; i < millis.length; i++) {
            durations[i] = Duration.ofMillis(millis[i]);
        }
        return durations;
    }
}
