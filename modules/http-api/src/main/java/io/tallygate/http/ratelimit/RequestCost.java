package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.body.ByteBody;
import io.micronaut.http.body.CloseableByteBody;
import io.tallygate.http.ListLength;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How many hits a request costs: as many as its body has operations. */
final class RequestCost {

    private static final CompletionStage<Long> ONE = CompletableFuture.completedStage(1L);

    private RequestCost() {}

    /**
     * Waits for the body of a request that has several operations. One that cannot be read costs as much as any other, and is
     * refused later.
     *
     * @param list the member of the body that holds the operations; null when there is one
     */
    static CompletionStage<Long> of(HttpRequest<?> request, @Nullable String list) {
        if (list == null || !(request instanceof ServerHttpRequest<?> server)) {
            return ONE;
        }
        CloseableByteBody copy = server.byteBody().split(ByteBody.SplitBackpressureMode.FASTEST);
        return copy.buffer().handle((body, failure) -> {
            if (failure != null) {
                return 1L;
            }
            try (body) {
                return Math.max(1, ListLength.of(request, body.toByteArray(), list));
            }
        });
    }
}
