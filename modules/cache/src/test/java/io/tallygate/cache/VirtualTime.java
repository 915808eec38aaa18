package io.tallygate.cache;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so, and what is due in it, in order. Confined to one thread. */
final class VirtualTime implements Timers, InstantSource {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    /** Not far from where a sum overflows, as {@link System#nanoTime} may be. */
    private static final long ORIGIN = Long.MAX_VALUE - Duration.ofMinutes(30).toNanos();

    private final PriorityQueue<Due> due = new PriorityQueue<>(
            Comparator.comparingLong((Due next) -> next.at).thenComparingLong(next -> next.order));
    private long passed;
    private long orders;

    private static final class Due {

        private final long at;
        private final long order;
        private final Runnable task;

        Due(long at, long order, Runnable task) {
            this.at = at;
            this.order = order;
            this.task = task;
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        var next = new Due(passed + Math.max(0, delay.toNanos()), orders++, task);
        due.add(next);
        return () -> due.remove(next);
    }

    void pass(Duration time) {
        long end = passed + time.toNanos();
        while (!due.isEmpty() && due.peek().at <= end) {
            Due next = due.poll();
            passed = next.at;
            next.task.run();
        }
        passed = end;
    }

    long passedNanos() {
        return passed;
    }

    long nanos() {
        return ORIGIN + passed;
    }

    @Override
    public Instant instant() {
        return START.plusNanos(passed);
    }
}
