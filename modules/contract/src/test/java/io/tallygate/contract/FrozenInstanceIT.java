package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** One of two instances of the service stands still while callers write and read: connections stay, nothing answers. */
@OwnDeployment
@ConsulOnly
class FrozenInstanceIT extends Suite {

    private static final Duration CALL_TIMEOUT = Duration.ofMillis(1_500);
    private static final long GAP_MAX_MILLIS = CALL_TIMEOUT.multipliedBy(3).dividedBy(2).toMillis();
    private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

    @Override
    Launch launch() {
        // The defaults' ratio of one to two. Consul's own check must not find the frozen instance first.
        return Launch.defaults().commitTimeout(CALL_TIMEOUT.multipliedBy(2))
                .with("TALLYGATE_SERVICES_TIMEOUT", CALL_TIMEOUT.toMillis() + "ms")
                .with("TALLYGATE_CONSUL_CHECK_INTERVAL", "1h");
    }

    private SplitDeployment split() {
        return (SplitDeployment) deployment;
    }

    @Test
    void itHoldsCallersUpForOneCallAndFailsNone() {
        List<Counter> counters = freshCounters(12);
        var ledger = new Ledger(seed);
        var reads = new AtomicLong();
        var stopped = new AtomicBoolean();
        Thread reader = Thread.ofPlatform().daemon().start(() -> {
            while (!stopped.get()) {
                counterApi.value(counters.getFirst());
                reads.incrementAndGet();
            }
        });
        long gap;
        try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources(counters))) {
            traffic.awaitAcknowledged(300);
            SplitDeployment.Service frozen = split().services().getFirst();
            frozen.program().send("STOP");
            try {
                gap = longestGapMillis(CALL_TIMEOUT.multipliedBy(3), List.of(ledger::acknowledgedCalls, reads::get));
            } finally {
                frozen.program().send("CONT");
            }
            traffic.awaitAcknowledged(100);
        } finally {
            stopped.set(true);
        }
        Await.until(Duration.ofSeconds(30), "the last read is answered", () -> !reader.isAlive());
        ledger.assertNoSurprise();
        assertThat(ledger.refusals()).as("calls that were refused (%s)", seed).isEmpty();
        assertThat(ledger.cuts()).as("calls without an answer (%s)", seed).isEmpty();
        ledger.assertExact(counterApi, counters);
        assertThat(gap).as("milliseconds without an answer (%s)", seed).isLessThanOrEqualTo(GAP_MAX_MILLIS);
    }

    /** The longest time in which one of these counts did not rise. */
    private static long longestGapMillis(Duration time, List<LongSupplier> counts) {
        long start = System.nanoTime();
        long[] seen = new long[counts.size()];
        long[] roseAt = new long[counts.size()];
        long longest = 0;
        for (long now = start; now - start < time.toNanos(); now = System.nanoTime()) {
            for (int i = 0; i < seen.length; i++) {
                long count = counts.get(i).getAsLong();
                if (count != seen[i] || roseAt[i] == 0) {
                    seen[i] = count;
                    roseAt[i] = now;
                }
                longest = Math.max(longest, now - roseAt[i]);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return Duration.ofNanos(longest).toMillis();
    }

    private List<Call.Source> sources(List<Counter> counters) {
        var sources = new ArrayList<Call.Source>();
        for (int i = 0; i < 6; i++) {
            long stream = 900_000L + i;
            sources.add(i % 2 == 0
                    ? Call.singles(counters, seed.random(stream), seed.name("single"))
                    : Call.batches(counters, 40, seed.random(stream), seed.name("batch")));
        }
        return sources;
    }
}
