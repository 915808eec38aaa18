package io.tallygate.event;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which task is begun next: one at a time for each key, in the order in which they came, many keys at once. Knows no thread
 * and no clock; every method that depends on the time is told it. For one thread.
 *
 * <p>A task that failed waits for its next attempt. In order, the others of its key wait with it; else they go on. While the
 * {@linkplain #away store is away} one task after the other finds out whether it is back, and when too many first attempts
 * fail, the whole {@linkplain #isStopped stops}.
 */
final class Dispatch {

    /** The tasks of one key. */
    private static final class KeyQueue {
        final String key;
        final ArrayDeque<Task> waiting = new ArrayDeque<>();
        boolean running;
        /** Whether its first task waits for its next attempt, and the others behind it. */
        boolean blocked;
        boolean queued;

        KeyQueue(String key) {
            this.key = key;
        }
    }

    /** What becomes of a task that failed. */
    enum Verdict {
        /** It is tried again later. */
        AGAIN,
        /** It was tried often enough. */
        DEAD
    }

    private final ConsumerSettings settings;
    private final RandomGenerator random;
    private final Map<String, KeyQueue> keys = new HashMap<>();
    private final ArrayDeque<KeyQueue> ready = new ArrayDeque<>();
    // Compared by their difference, because a ticker may overflow.
    private final PriorityQueue<Task> delayed = new PriorityQueue<>(
            Comparator.comparing((Task task) -> task.dueNanos, (one, other) -> Long.signum(one - other)));
    private int running;

    private final BitSet failedFirst = new BitSet(ConsumerSettings.WINDOW);
    private int nextInWindow;

    private boolean stopped;
    private long probeNanos;
    private @Nullable Task probe;

    private int awayInARow;
    private long awaySinceNanos;
    private long awayUntilNanos;

    /** @param random for the jitter of delays */
    Dispatch(ConsumerSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /** Takes a task behind all others of its key. */
    void add(Task task) {
        KeyQueue queue = keys.computeIfAbsent(task.key, KeyQueue::new);
        queue.waiting.add(task);
        offer(queue);
    }

    private void offer(KeyQueue queue) {
        if (!queue.running && !queue.blocked && !queue.queued && !queue.waiting.isEmpty()) {
            queue.queued = true;
            ready.add(queue);
        }
    }

    /** The task to begin now, which counts as running until it has succeeded or failed; null for none. */
    @Nullable
    Task next(long nowNanos) {
        for (Task due = delayed.peek(); due != null && due.dueNanos - nowNanos <= 0; due = delayed.peek()) {
            delayed.remove();
            again(due);
        }
        if (running >= settings.maxConcurrency() || isHeld(nowNanos)) {
            return null;
        }
        for (KeyQueue queue = ready.poll(); queue != null; queue = ready.poll()) {
            queue.queued = false;
            Task task = firstWanted(queue);
            if (task != null) {
                queue.running = true;
                running++;
                probe = stopped ? task : null;
                return task;
            }
            forgetIfEmpty(queue);
        }
        return null;
    }

    private static @Nullable Task firstWanted(KeyQueue queue) {
        Task task = queue.waiting.poll();
        while (task != null && task.abandoned) {
            task = queue.waiting.poll();
        }
        return task;
    }

    private boolean isHeld(long nowNanos) {
        return (stopped && (running > 0 || probeNanos - nowNanos > 0))
                || (awayInARow > 0 && (running > 0 || awayUntilNanos - nowNanos > 0));
    }

    private void again(Task task) {
        KeyQueue queue = keys.computeIfAbsent(task.key, KeyQueue::new);
        queue.blocked = false;
        queue.waiting.addFirst(task);
        offer(queue);
    }

    /** A task is done, or buried. */
    void succeeded(Task task) {
        awayInARow = 0;
        judge(task, false);
        if (task == probe && !task.dying) {
            resume();
        }
        forgetIfEmpty(release(task, false));
    }

    /**
     * A task has failed, and the store is not the reason.
     *
     * @param hopeless whether no other attempt can succeed
     */
    Verdict failed(Task task, boolean hopeless, long nowNanos) {
        awayInARow = 0;
        judge(task, true);
        if (failures() * 100 > settings.failurePercent() * ConsumerSettings.WINDOW && !stopped) {
            stopped = true;
            probeNanos = nowNanos + ConsumerSettings.PROBE_INTERVAL.toNanos();
        } else if (task == probe) {
            probeNanos = nowNanos + ConsumerSettings.PROBE_INTERVAL.toNanos();
        }
        task.failures++;
        if (hopeless || task.failures > settings.retries()) {
            return Verdict.DEAD;
        }
        task.dueNanos = nowNanos + delayNanos(task.failures);
        delayed.add(task);
        forgetIfEmpty(release(task, settings.ordered()));
        return Verdict.AGAIN;
    }

    /** The store is away: the task is tried again as if nothing had been, before all others of its key. */
    void away(Task task, long nowNanos) {
        if (awayInARow++ == 0) {
            awaySinceNanos = nowNanos;
        }
        awayUntilNanos = nowNanos + delayNanos(awayInARow);
        KeyQueue queue = release(task, false);
        queue.waiting.addFirst(task);
        offer(queue);
    }

    /** Whether the store has been away for some time. */
    boolean isAwayForLong(long nowNanos) {
        return awayInARow > 0 && nowNanos - awaySinceNanos >= ConsumerSettings.TOLD_AFTER.toNanos();
    }

    private KeyQueue release(Task task, boolean blocked) {
        running--;
        if (task == probe) {
            probe = null;
        }
        KeyQueue queue = keys.computeIfAbsent(task.key, KeyQueue::new);
        queue.running = false;
        queue.blocked = blocked;
        offer(queue);
        return queue;
    }

    private void forgetIfEmpty(KeyQueue queue) {
        if (queue.waiting.isEmpty() && !queue.running && !queue.blocked) {
            keys.remove(queue.key, queue);
        }
    }

    /** Twice as long after each failure, and of that half to all by chance, so that not all come back at once. */
    private long delayNanos(int failures) {
        long longest = settings.retryDelayMax().toNanos();
        long delay = settings.retryDelay().toNanos();
        for (int i = 1; i < failures && delay < longest; i++) {
            delay *= 2;
        }
        delay = Math.min(delay, longest);
        return delay - random.nextLong(delay / 2 + 1);
    }

    private void judge(Task task, boolean failed) {
        if (task.judged && task.failures == 0) {
            failedFirst.set(nextInWindow, failed);
            nextInWindow = (nextInWindow + 1) % ConsumerSettings.WINDOW;
        }
    }

    private int failures() {
        return failedFirst.cardinality();
    }

    /** Whether nothing is begun but one task every {@link ConsumerSettings#PROBE_INTERVAL}. */
    boolean isStopped() {
        return stopped;
    }

    /** Goes on, and judges anew. */
    void resume() {
        stopped = false;
        failedFirst.clear();
    }

    int running() {
        return running;
    }

    /** How many keys have a task that could begin. */
    int ready() {
        return ready.size();
    }

    /** How long it takes until {@link #next} may have something for which nothing has to end; at most {@code longest}. */
    long waitNanos(long nowNanos, long longest) {
        long wait = longest;
        if (!delayed.isEmpty()) {
            wait = Math.min(wait, delayed.element().dueNanos - nowNanos);
        }
        if (!ready.isEmpty() && stopped) {
            wait = Math.min(wait, Math.max(0, probeNanos - nowNanos));
        }
        if (!ready.isEmpty() && awayInARow > 0) {
            wait = Math.min(wait, Math.max(0, awayUntilNanos - nowNanos));
        }
        return Math.max(0, wait);
    }
}
