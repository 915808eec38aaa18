package io.tallygate.kernel;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An operation on its way to the store, and the future its caller waits on: one allocation for both. */
final class Pending<O, R> extends CompletableFuture<R> {

    final O operation;
    final int weight;
    final int bytes;
    /** Answered at once; nobody waits for the commit, so it has no deadline and may linger. */
    final boolean accepted;
    final long submittedNanos;
    /** The one pushed before it. Written before it is published, never after. */
    @Nullable
    Pending<O, R> next;

    Pending(O operation, int weight, boolean accepted, long submittedNanos) {
        this(operation, weight, 0, accepted, submittedNanos);
    }

    Pending(O operation, int weight, int bytes, boolean accepted, long submittedNanos) {
        this.operation = operation;
        this.weight = weight;
        this.bytes = bytes;
        this.accepted = accepted;
        this.submittedNanos = submittedNanos;
    }

    /** Whether the queue was empty when this was pushed. */
    boolean isFirst() {
        return next == null;
    }

    boolean overdue(long nowNanos, long patienceNanos) {
        return !accepted && nowNanos - submittedNanos > patienceNanos;
    }

    /** What depends on this is a plain future, not an operation. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
