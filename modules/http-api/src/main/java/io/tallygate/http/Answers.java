package io.tallygate.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.tallygate.counter.Leaderboard;
import io.tallygate.kernel.Asked;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.RowKey;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Answers in JSON. */
final class Answers {

    private Answers() {}

    /** The answer to what a port answers, or the problem that it, or what came before it, ran into. */
    static <T> CompletionStage<HttpResponse<byte[]>> when(
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
    static <T> CompletionStage<HttpResponse<byte[]>> whenRead(
            HttpRequest<?> request, Call<T> call, Function<? super T, HttpResponse<byte[]>> answer) {
        return when(request, Asked.READ, () -> {
            Representation.JSON.requireAcceptedBy(request);
            return call.start();
        }, answer);
    }

    /** Reads the request and asks a port. */
    @FunctionalInterface
    interface Call<T> {
        CompletionStage<? extends T> start();
    }

    static MutableHttpResponse<byte[]> json(HttpStatus status, Json.Writer writer) {
        return HttpResponse.<byte[]>status(status).contentType(Representation.JSON.contentType())
                .body(Json.bytes(writer));
    }

    /** What became of a single increment. */
    static HttpResponse<byte[]> committed(RowKey counter, PostingResult result, String key) {
        return switch (result) {
            case PostingResult.KeyReused _ -> Problem.keyReused(key).response();
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
            case PostingResult.Committed(Outcomes outcomes, var _, var _) -> {
                Refusal refusal = outcomes.refusal(0);
                yield refusal == null
                        ? value(counter, outcomes.value(0))
                        : Problem.refused(refusal, "the counter").response();
            }
        };
    }

    private static HttpResponse<byte[]> value(RowKey counter, long value) {
        return json(HttpStatus.OK, out -> {
            out.writeStartObject();
            Json.writeKey(out, counter);
            out.writeNumberField("value", value);
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> accepted(RowKey counter) {
        return json(HttpStatus.ACCEPTED, out -> {
            out.writeStartObject();
            Json.writeKey(out, counter);
            out.writeBooleanField("accepted", true);
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> reading(Reading reading) {
        return json(HttpStatus.OK, out -> writeReading(out, reading));
    }

    static HttpResponse<byte[]> readings(List<Reading> readings) {
        return json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("results");
            for (Reading reading : readings) {
                writeReading(out, reading);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static void writeReading(JsonGenerator out, Reading reading) throws IOException {
        out.writeStartObject();
        Json.writeKey(out, reading.row());
        out.writeNumberField("value", reading.value());
        out.writeStringField("as_of", reading.asOf().toString());
        out.writeEndObject();
    }

    static HttpResponse<byte[]> leaderboard(Leaderboard leaderboard) {
        return json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("entries");
            for (Leaderboard.Entry entry : leaderboard.entries()) {
                out.writeStartObject();
                out.writeNumberField("rank", entry.rank());
                out.writeStringField("resource_id", entry.resourceId());
                out.writeNumberField("value", entry.value());
                out.writeNumberField("max_error", entry.maxError());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeStringField("window", leaderboard.window().label());
            out.writeStringField("as_of", leaderboard.asOf().toString());
            out.writeEndObject();
        });
    }
}
