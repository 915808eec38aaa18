package io.tallygate.ratelimit.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;

/** Clocks that stand until a test moves them, and an alarm that goes off by them. For one thread. */
final class SettableTime implements Alarm {

    private record Task(long at, Runnable run) {}

    /** On a boundary of every unit but the week, the month and the year. */
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::at));
    /** Not far from where a sum overflows, as {@link System#nanoTime} may be. */
    private final long ticker = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();
    private long passed;

    /** Time passes, and what is due by then is run. */
    void advance(Duration by) {
        passed += by.toNanos();
        List<Task> due = new ArrayList<>();
        while (!tasks.isEmpty() && tasks.peek().at <= passed) {
            due.add(tasks.remove());
        }
        due.forEach(task -> task.run.run());
    }

    /** Nanoseconds since the epoch. */
    LongSupplier epochNanos() {
        return () -> START.getEpochSecond() * 1_000_000_000 + passed;
    }

    /** Nanoseconds since nobody knows when. */
    LongSupplier nanos() {
        return () -> ticker + passed;
    }

    int tasks() {
        return tasks.size();
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        var waiting = new Task(passed + delay.toNanos(), task);
        tasks.add(waiting);
        return () -> tasks.remove(waiting);
    }
}
