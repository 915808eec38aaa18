package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.body.ByteBody;
import io.micronaut.http.body.CloseableByteBody;
import io.tallygate.http.ListLength;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** How many hits a request costs: as many as its body has operations. */
final class RequestCost {

    private RequestCost() {}

    /**
     * Waits for the body of a request that has several operations. One that cannot be read costs as much as any other, and is
     * refused later.
     *
     * @param list the member of the body that holds the operations
     */
    static CompletionStage<Long> of(HttpRequest<?> request, String list) {
        if (!(request instanceof ServerHttpRequest<?> server)) {
            return CompletableFuture.completedStage(1L);
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
