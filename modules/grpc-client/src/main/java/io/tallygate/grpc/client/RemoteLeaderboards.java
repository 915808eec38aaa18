package io.tallygate.grpc.client;

import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Window;
import io.tallygate.counter.WindowShare;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.PeerServiceGrpc;
import io.tallygate.counter.v1.TopRequest;
import io.tallygate.counter.v1.TopResponse;
import io.tallygate.counter.v1.WindowShareRequest;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.Detour;
import io.tallygate.grpc.connect.Instance;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Leaderboards: of all time from any instance, and from another one when that gives no answer; of a window from all of
 * them. Thread-safe.
 */
final class RemoteLeaderboards {

    private final Channels channels;
    private final Duration timeout;
    private final InstantSource clock;

    RemoteLeaderboards(Channels channels, Duration timeout, InstantSource clock) {
        this.channels = channels;
        this.timeout = timeout;
        this.clock = clock;
    }

    CompletableFuture<Leaderboard> top(String counterType, Window window, int limit) {
        try {
            return window == Window.ALL
                    ? topOfAllTime(counterType, limit)
                    : topOfAllInstances(counterType, window, limit);
        } catch (IllegalArgumentException | IllegalStateException gone) {
            // An instance left, or the channels were closed, after the list of instances was read.
            return CompletableFuture.failedFuture(
                    new StoreUnavailableException("an instance of the counter service has left", gone));
        }
    }

    private CompletableFuture<Leaderboard> topOfAllTime(String counterType, int limit) {
        var request = TopRequest.newBuilder().setCounterType(counterType).setWindow(Messages.of(Window.ALL))
                .setLimit(limit).build();
        var detour = new Detour();
        return ask(request, detour).exceptionallyCompose(failure -> {
            if (!(failure instanceof StoreUnavailableException)) {
                return CompletableFuture.failedFuture(failure);
            }
            detour.failed();
            return ask(request, detour);
        }).thenApply(response -> Messages.of(Window.ALL, response));
    }

    private CompletableFuture<TopResponse> ask(TopRequest request, Detour detour) {
        return Calls.completable(detour.on(CounterServiceGrpc.newFutureStub(channels.next()))
                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS).top(request));
    }

    private CompletableFuture<Leaderboard> topOfAllInstances(String counterType, Window window, int limit) {
        List<Instance> instances = channels.instances();
        if (instances.isEmpty()) {
            return CompletableFuture.failedFuture(new StoreUnavailableException(
                    "no instance of the counter service is known", new NoSuchElementException()));
        }
        var request = WindowShareRequest.newBuilder().setCounterType(counterType).setWindow(Messages.of(window))
                .build();
        List<CompletableFuture<WindowShare>> shares = instances.stream().map(instance -> Calls.completable(
                PeerServiceGrpc.newFutureStub(channels.to(instance))
                        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS).windowShare(request))
                .thenApply(Messages::of)).toList();
        return CompletableFuture.allOf(shares.toArray(CompletableFuture[]::new))
                .thenApply(all -> WindowShare.merged(
                        shares.stream().map(CompletableFuture::join).toList(), window, limit, clock.instant()));
    }
}
