package io.tallygate.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BoundedPingTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger pings = new AtomicInteger();
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    @Test
    void answered_pingReturns_isTrue() {
        var ping = new BoundedPing(pings::incrementAndGet, LONG, PAUSE, Runnable::run, nanos::get);

        assertThat(ping.answered()).isCompletedWithValue(true);
    }

    @Test
    void answered_pingThrows_isFalse() {
        var ping = new BoundedPing(() -> {
            throw new IllegalStateException("away");
        }, LONG, PAUSE, Runnable::run, nanos::get);

        assertThat(ping.answered()).isCompletedWithValue(false);
    }

    @Test
    void answered_executorIsShutDown_isFalse() {
        var ping = new BoundedPing(pings::incrementAndGet, LONG, PAUSE, task -> {
            throw new RejectedExecutionException();
        }, nanos::get);

        assertThat(ping.answered()).isCompletedWithValue(false);
    }

    @Test
    void answered_askedAgainWithinThePause_doesNotPingAgain() {
        var ping = new BoundedPing(pings::incrementAndGet, LONG, PAUSE, Runnable::run, nanos::get);
        ping.answered().join();

        nanos.addAndGet(PAUSE.toNanos() - 1);
        ping.answered().join();
        assertThat(pings).hasValue(1);

        nanos.incrementAndGet();
        ping.answered().join();
        assertThat(pings).hasValue(2);
    }

    @Test
    void answered_pingHangs_isFalseAtTheBoundAndNoSecondPingStarts() {
        var ping = new BoundedPing(pings::incrementAndGet, Duration.ofMillis(10), PAUSE, waiting::add, nanos::get);

        assertThat(ping.answered().orTimeout(30, TimeUnit.SECONDS).join()).isFalse();
        nanos.addAndGet(10 * PAUSE.toNanos());
        assertThat(ping.answered().join()).isFalse();
        assertThat(waiting).hasSize(1);

        waiting.remove().run();
        var _ = ping.answered();
        assertThat(waiting).as("the one that hung came back, so the next may start").hasSize(1);
    }
}
