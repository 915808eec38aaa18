package io.tallygate.grpc.client;

import io.tallygate.grpc.connect.Channels;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** Connects every channel once, however often that has to be tried. Thread-safe. */
final class WarmUp {

    private final Channels channels;
    private final AtomicReference<CompletableFuture<Void>> attempt;

    /** Begins. */
    WarmUp(Channels channels) {
        this.channels = channels;
        this.attempt = new AtomicReference<>(channels.warmUp().toCompletableFuture());
    }

    /** Whether every channel was connected; begins again when the last attempt failed. */
    boolean done() {
        CompletableFuture<Void> last = attempt.get();
        if (last.isCompletedExceptionally()) {
            var next = new CompletableFuture<Void>();
            if (attempt.compareAndSet(last, next)) {
                channels.warmUp().whenComplete((done, failure) -> {
                    if (failure == null) {
                        next.complete(done);
                    } else {
                        next.completeExceptionally(failure);
                    }
                });
            }
            return false;
        }
        return last.isDone();
    }
}
