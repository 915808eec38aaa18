package io.tallygate.http;

import io.micronaut.http.HttpResponse;
import io.tallygate.kernel.Asked;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * An answer to a caller who comes without HTTP.
 *
 * @param status what HTTP would have said, from 400 when {@code json} is a problem
 * @param json   one JSON object
 */
public record Document(int status, byte[] json) {

    /** Whether the call had no effect, or whether it had is not known. */
    public boolean isProblem() {
        return status >= 400;
    }

    /** The answer to a call, or the problem that it ran into; no failed stage. */
    public static CompletionStage<Document> answer(
            Asked asked, Origin origin, Supplier<CompletionStage<HttpResponse<byte[]>>> call) {
        try {
            return call.get().handle((response, failure) -> of(
                    failure == null ? response : origin.problem(asked, failure).response()));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(of(origin.problem(asked, e).response()));
        }
    }

    private static Document of(HttpResponse<byte[]> response) {
        return new Document(response.code(), Objects.requireNonNull(response.body(), "every answer has a body"));
    }
}
