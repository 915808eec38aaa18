package io.tallygate.grpc.client;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.CompletableFuture;

/** Futures of calls as the JDK's. */
final class Calls {

    private Calls() {}

    /** Fails with an exception of the counters' port. */
    static <T> CompletableFuture<T> completable(ListenableFuture<T> call) {
        return completable(GrpcClientFactory.SERVICE, call);
    }

    /** Fails as {@link Failures#of} says of a service. */
    static <T> CompletableFuture<T> completable(String service, ListenableFuture<T> call) {
        var result = new CompletableFuture<T>();
        Futures.addCallback(call, new FutureCallback<T>() {
            @Override
            public void onSuccess(T answer) {
                result.complete(answer);
            }

            @Override
            public void onFailure(Throwable failure) {
                result.completeExceptionally(Failures.of(service, failure));
            }
        }, MoreExecutors.directExecutor());
        return result;
    }
}
