package io.tallygate.cache;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A key's value on its way, and those who wait for it. Thread-safe. They are told in the order in which they asked;
 * who asks while others are told is told after them.
 *
 * @param <V> a value
 */
final class Flight<V> {

    final String key;
    final Loader<V> loader;
    /** The name that it takes leases under. */
    final String lease;
    final LocalLevel.Start start;
    /** An expired value that L2 had. */
    volatile @Nullable Held<V> found;
    private final List<Timers.Timer> timers = new CopyOnWriteArrayList<>();

    /** Guarded by this, as are the next ones. What depends on one future is told last first, so each has its own. */
    private final ArrayDeque<Waiter<V>> waiting = new ArrayDeque<>();
    private @Nullable Consumer<CompletableFuture<Cached<V>>> outcome;
    private boolean told;
    private boolean timed;
    /** For whoever has to be told next that it has taken too long; the ones before it are over. */
    private Timers.@Nullable Timer hard;

    private record Waiter<V>(CompletableFuture<Cached<V>> future, long hardAt) {}

    /** What somebody who asks gets, and whether a timer must be set for it. */
    record Seat<V>(CompletableFuture<Cached<V>> answer, boolean first) {}

    Flight(String key, Loader<V> loader, String lease, LocalLevel.Start start) {
        this.key = key;
        this.loader = loader;
        this.lease = lease;
        this.start = start;
    }

    synchronized Seat<V> join(long hardAt) {
        var future = new CompletableFuture<Cached<V>>();
        if (told && outcome != null) {
            outcome.accept(future);
            return new Seat<>(future, false);
        }
        waiting.add(new Waiter<>(future, hardAt));
        boolean first = !timed && outcome == null;
        timed = true;
        return new Seat<>(future, first);
    }

    /** Has a timer called off when this ends. */
    void timed(Timers.Timer timer) {
        timers.add(timer);
        if (isOver()) {
            timer.cancel();
        }
    }

    /** The same for the one after which {@link #overdue} is asked. */
    synchronized void timedHard(Timers.Timer timer) {
        hard = timer;
        if (outcome != null) {
            timer.cancel();
        }
    }

    private void callOff() {
        timers.forEach(Timers.Timer::cancel);
        Timers.Timer last;
        synchronized (this) {
            last = hard;
        }
        if (last != null) {
            last.cancel();
        }
    }

    /** Ends it. */
    void tell(Consumer<CompletableFuture<Cached<V>>> how) {
        synchronized (this) {
            if (outcome != null) {
                return;
            }
            outcome = how;
        }
        for (CompletableFuture<Cached<V>> next = next(); next != null; next = next()) {
            how.accept(next);
        }
        callOff();
    }

    private synchronized @Nullable CompletableFuture<Cached<V>> next() {
        Waiter<V> next = waiting.poll();
        told = next == null;
        return next == null ? null : next.future;
    }

    /** Ends it if nobody waits. */
    synchronized boolean endUnlessAwaited(Consumer<CompletableFuture<Cached<V>>> how) {
        if (outcome == null && waiting.isEmpty()) {
            outcome = how;
            told = true;
            callOff();
        }
        return told;
    }

    /** Those who have waited long enough. */
    synchronized List<CompletableFuture<Cached<V>>> overdue(long now) {
        var overdue = new ArrayList<CompletableFuture<Cached<V>>>();
        while (outcome == null && !waiting.isEmpty() && waiting.getFirst().hardAt - now <= 0) {
            overdue.add(waiting.removeFirst().future);
        }
        return overdue;
    }

    /** All who wait. */
    synchronized List<CompletableFuture<Cached<V>>> all() {
        var all = new ArrayList<CompletableFuture<Cached<V>>>();
        while (outcome == null && !waiting.isEmpty()) {
            all.add(waiting.removeFirst().future);
        }
        return all;
    }

    /** When the next one has waited long enough; none for nobody, of whom the first then needs a timer again. */
    synchronized @Nullable Long nextHardAt() {
        if (outcome != null || waiting.isEmpty()) {
            timed = false;
            return null;
        }
        return waiting.getFirst().hardAt;
    }

    synchronized boolean isOver() {
        return outcome != null;
    }
}
