package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a writer says that its writes fail, with a clock that the test moves. */
class WriteWatchTest {

    private static final CommitSettings SETTINGS = new CommitSettings(100, 10, Duration.ofSeconds(1),
            Duration.ofMillis(20), 5);

    private final List<String> told = new ArrayList<>();
    private final WriteWatch watch = new WriteWatch(this::probe, new Recorder(), this::now);
    private final GroupCommit<Integer, Integer> commit = new GroupCommit<>(FlushTarget.of(this::apply), SETTINGS,
            CommitMetrics.NONE,
            watch, this::now, new Sleeping(), new CommitPlace(InlineCommits.NONE));

    private long nanos;
    private int attempts;
    private int attemptsToFail;
    private int probes;
    private @Nullable RuntimeException flushFails;
    private @Nullable RuntimeException probeFails;

    private long now() {
        return nanos;
    }

    private List<Integer> apply(long sequence, List<Integer> operations) {
        attempts++;
        RuntimeException failure = flushFails;
        if (failure != null && (attemptsToFail == 0 || attempts <= attemptsToFail)) {
            throw failure;
        }
        return operations;
    }

    private void probe() {
        probes++;
        RuntimeException failure = probeFails;
        if (failure != null) {
            throw failure;
        }
    }

    private void write() {
        var _ = commit.submit(1, 1, 0, false);
        commit.step();
    }

    private void pass(Duration time) {
        for (long until = nanos + time.toNanos(); nanos < until;) {
            commit.step();
        }
    }

    @Test
    void failure_storeUnavailableForLongerThanThePatience_isItsWordsUntilTheFlushSucceeds() {
        flushFails = new StoreUnavailableException("Redis: OOM command\n  not allowed", new IllegalStateException());
        attemptsToFail = 12;
        write();

        assertThat(told).containsExactly("failing: Redis: OOM command not allowed", "recovered");
        assertThat(watch.failure()).isEmpty();
        assertThat(probes).as("the flush itself finds out").isZero();
    }

    @Test
    void failure_storeUnavailableForAMoment_isNotTold() {
        flushFails = new StoreUnavailableException("away", new IllegalStateException());
        attemptsToFail = 3;
        write();

        assertThat(told).isEmpty();
        assertThat(watch.failure()).isEmpty();
    }

    @Test
    void failure_flushAndProbesRefused_isToldOnceAndEndsWithoutTraffic() {
        flushFails = new IllegalStateException("no such table");
        probeFails = flushFails;
        write();
        assertThat(watch.failure()).isEmpty();
        pass(Duration.ofSeconds(10));
        assertThat(watch.failure()).hasValue("no such table");
        assertThat(told).containsExactly("failing: no such table");
        assertThat(probes).isBetween(8, 10);

        probeFails = null;
        pass(Duration.ofSeconds(2));
        assertThat(watch.failure()).isEmpty();
        assertThat(told).containsExactly("failing: no such table", "recovered");
        probes = 0;
        pass(Duration.ofSeconds(10));
        assertThat(probes).as("probes of a writer that is well").isZero();
    }

    @Test
    void failure_operationsThatAreRefusedRightly_isNone() {
        flushFails = new IllegalArgumentException("no number");
        for (int i = 0; i < 100; i++) {
            write();
            nanos += Duration.ofMillis(100).toNanos();
        }

        assertThat(told).isEmpty();
        assertThat(watch.failure()).isEmpty();
        assertThat(probes).isBetween(5, 10);
    }

    @Test
    void failure_successOfAnotherFlush_endsIt() {
        flushFails = new IllegalStateException("no such table");
        probeFails = flushFails;
        write();
        pass(Duration.ofSeconds(3));
        assertThat(watch.failure()).isPresent();

        flushFails = null;
        write();
        assertThat(watch.failure()).isEmpty();
        assertThat(told).containsExactly("failing: no such table", "recovered");
    }

    private final class Recorder implements WriteWatch.Listener {

        @Override
        public void failing(String reason) {
            told.add("failing: " + reason);
        }

        @Override
        public void recovered(Duration after) {
            assertThat(after).isPositive();
            told.add("recovered");
        }
    }

    /** Sleeps by moving the clock, for no longer than the watchdog would. */
    private final class Sleeping implements Parking {

        @Override
        public void idle(long sleepNanos, BooleanSupplier nothingToDo) {
            nanos += Math.min(sleepNanos, Duration.ofMillis(100).toNanos());
            commit.expire();
        }

        @Override
        public void pause(long sleepNanos) {
            nanos += sleepNanos;
            commit.expire();
        }

        @Override
        public void wake() {}

        @Override
        public void rouse() {}
    }
}
