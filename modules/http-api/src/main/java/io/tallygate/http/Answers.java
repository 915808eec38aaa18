package io.tallygate.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.tallygate.kernel.Asked;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers to requests, in JSON. */
public final class Answers {

    private Answers() {}

    /** The answer to what a port answers, or the problem that it, or what came before it, ran into. */
    public static <T> CompletionStage<HttpResponse<byte[]>> when(
            HttpRequest<?> request, Asked asked, Call<T> call, Function<? super T, HttpResponse<byte[]>> answer) {
        try {
            return call.start().handle((value, failure) -> {
                try {
                    return failure == null
                            ? answer.apply(value)
                            : ProblemExceptionHandler.answer(request, asked, failure);
                } catch (RuntimeException e) {
                    return ProblemExceptionHandler.answer(request, asked, e);
                }
            });
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(ProblemExceptionHandler.answer(request, asked, e));
        }
    }

    /** The same for a read, which is not begun when the request does not accept JSON. */
    public static <T> CompletionStage<HttpResponse<byte[]>> whenRead(
            HttpRequest<?> request, Call<T> call, Function<? super T, HttpResponse<byte[]>> answer) {
        return inJson(request, Asked.READ, () -> when(request, Asked.READ, call, answer));
    }

    /**
     * The answer that is begun when the request accepts JSON, or the problem that its beginning ran into.
     *
     * @param begin reads the request, and leaves what fails later to {@link #when}
     */
    public static CompletionStage<HttpResponse<byte[]>> inJson(
            HttpRequest<?> request, Asked asked, Supplier<CompletionStage<HttpResponse<byte[]>>> begin) {
        try {
            Representation.JSON.requireAcceptedBy(request);
            return begin.get();
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(ProblemExceptionHandler.answer(request, asked, e));
        }
    }

    /** Reads the request and asks a port. */
    @FunctionalInterface
    public interface Call<T> {

        /** Throws what the request runs into before it reaches the port. */
        CompletionStage<? extends T> start();
    }

    /** Writes one value. */
    @FunctionalInterface
    public interface Writer {

        /** Writes it, and nothing after it. */
        void writeTo(JsonGenerator out) throws IOException;
    }

    /** The answer, which says in a header when it was decided at an earlier request. */
    public static MutableHttpResponse<byte[]> replayed(boolean replayed, MutableHttpResponse<byte[]> answer) {
        return replayed ? answer.header(Origin.REPLAYED_HEADER, "true") : answer;
    }

    /** An answer that is one JSON value. */
    public static MutableHttpResponse<byte[]> json(HttpStatus status, Writer writer) {
        return HttpResponse.<byte[]>status(status).contentType(Representation.JSON.contentType())
                .body(Json.bytes(writer));
    }
}
