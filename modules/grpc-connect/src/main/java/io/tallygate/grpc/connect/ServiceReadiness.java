package io.tallygate.grpc.connect;

import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** Whether one service can be reached. Connects its channels, however often that has to be tried. Thread-safe. */
@EachBean(Channels.class)
final class ServiceReadiness {

    private final String service;
    private final Channels channels;
    private final Heartbeats heartbeats;
    private final AtomicReference<CompletableFuture<Void>> attempt;
    private final CompletableFuture<Void> first;

    /** Begins to connect. */
    ServiceReadiness(@Parameter String service, Channels channels, @Parameter Heartbeats heartbeats) {
        this.service = service;
        this.channels = channels;
        this.heartbeats = heartbeats;
        this.first = channels.warmUp().toCompletableFuture();
        this.attempt = new AtomicReference<>(first);
    }

    String service() {
        return service;
    }

    /** Whether the first attempt to connect every channel has ended, well or not. */
    boolean isTried() {
        return first.isDone();
    }

    /** Whether every channel was connected once, one of them has a connection now, and an instance answers. */
    boolean isReachable() {
        return isWarm() && channels.ready() && heartbeats.anyAnswers();
    }

    /** Begins again when the last attempt failed. */
    private boolean isWarm() {
        CompletableFuture<Void> last = attempt.get();
        if (last.isCompletedExceptionally()) {
            var next = new CompletableFuture<Void>();
            if (attempt.compareAndSet(last, next)) {
                channels.warmUp().whenComplete((_, failure) -> {
                    if (failure == null) {
                        next.complete(null);
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
