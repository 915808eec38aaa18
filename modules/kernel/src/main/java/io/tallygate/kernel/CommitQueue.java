package io.tallygate.kernel;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free stack (R. K. Treiber, 1986) that many threads push to and one takes from, all at once. Taking everything
 * makes the stack's two usual troubles moot: there is no ABA, as nothing is ever popped singly, and reversing what was
 * taken restores the order of arrival. A node is the operation itself, so pushing allocates nothing.
 */
final class CommitQueue<O, R> {

    private final AtomicReference<@Nullable Pending<O, R>> newest = new AtomicReference<>();
    private final Pending<O, R> closed = closedMark();

    @SuppressWarnings("NullAway") // Only its identity counts: it stands for the closed state and is never handed out.
    private static <O, R> Pending<O, R> closedMark() {
        return new Pending<>(null, 0, false, 0);
    }

    /** Adds one, unless the queue is closed. */
    boolean push(Pending<O, R> pending) {
        while (true) {
            Pending<O, R> top = newest.get();
            if (top == closed) {
                return false;
            }
            pending.next = top;
            if (newest.compareAndSet(top, pending)) {
                return true;
            }
        }
    }

    /** Takes all, the newest first, each linked to the one before it. Called by one consumer at a time. */
    @Nullable
    Pending<O, R> takeAll() {
        Pending<O, R> top = newest.get();
        return top == null || top == closed ? null : newest.getAndSet(null);
    }

    boolean isEmpty() {
        Pending<O, R> top = newest.get();
        return top == null || top == closed;
    }

    /** Refuses every later push, if nothing waits. Called by one consumer at a time. */
    boolean closeIfEmpty() {
        return newest.compareAndSet(null, closed) || newest.get() == closed;
    }

    /** Visits what waits, the newest first. Safe beside pushing and taking. */
    void forEach(Consumer<Pending<O, R>> visitor) {
        Pending<O, R> at = newest.get();
        while (at != null && at != closed) {
            visitor.accept(at);
            at = at.next;
        }
    }
}
