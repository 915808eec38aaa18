package io.tallygate.http.counter;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.counter.BatchOutcome;
import io.tallygate.counter.ItemOutcome;
import io.tallygate.http.Answers;
import io.tallygate.http.Origin;
import io.tallygate.http.Problem;
import io.tallygate.kernel.Asked;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/** What became of a batch of increments, in JSON. */
final class BatchAnswers {

    private final Origin origin;
    private final BatchOutcome outcome;
    /** Each failure is logged once, however many items it stands for. */
    private final IdentityHashMap<Throwable, Problem> failures = new IdentityHashMap<>();

    private BatchAnswers(Origin origin, BatchOutcome outcome) {
        this.origin = origin;
        this.outcome = outcome;
        outcome.failures().forEach(failure -> failures.put(failure, origin.problem(Asked.ADD, failure)));
    }

    /** @throws CompletionException with the failure because of which nothing of it was done */
    static HttpResponse<byte[]> committed(Origin origin, BatchOutcome outcome) {
        ItemOutcome refusal = outcome.refusal();
        return refusal == null ? new BatchAnswers(origin, outcome).committed() : refused(origin, refusal);
    }

    /** @throws CompletionException with the failure because of which nothing of it was taken */
    static HttpResponse<byte[]> accepted(Origin origin, BatchOutcome outcome) {
        ItemOutcome refusal = outcome.refusal();
        return refusal == null ? new BatchAnswers(origin, outcome).accepted() : refused(origin, refusal);
    }

    private static HttpResponse<byte[]> refused(Origin origin, ItemOutcome refusal) {
        if (refusal instanceof ItemOutcome.Failed(Throwable failure)) {
            throw new CompletionException(failure);
        }
        return Problem.keyReused(origin.keyCalled()).response();
    }

    private HttpResponse<byte[]> committed() {
        boolean all = outcome.count(ItemOutcome.Applied.class) == outcome.items().size();
        return Answers.replayed(outcome.replayed(), Answers.json(all ? HttpStatus.OK : HttpStatus.MULTI_STATUS, out -> {
            out.writeStartObject();
            writeResults(out);
            out.writeEndObject();
        }));
    }

    private HttpResponse<byte[]> accepted() {
        int accepted = outcome.count(ItemOutcome.Accepted.class);
        boolean all = accepted == outcome.items().size();
        return Answers.json(all ? HttpStatus.ACCEPTED : HttpStatus.MULTI_STATUS, out -> {
            out.writeStartObject();
            out.writeNumberField("accepted", accepted);
            if (!all) {
                writeResults(out);
            }
            out.writeEndObject();
        });
    }

    private void writeResults(JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("results");
        for (int i = 0; i < outcome.items().size(); i++) {
            out.writeStartObject();
            writeResult(out, i);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void writeResult(JsonGenerator out, int place) throws IOException {
        switch (outcome.items().get(place)) {
            case ItemOutcome.Applied(long value) -> {
                out.writeStringField("status", "applied");
                out.writeNumberField("value", value);
            }
            case ItemOutcome.Accepted() -> out.writeStringField("status", "accepted");
            case ItemOutcome.Invalid(var errors) -> writeError(out, "invalid", Problem.invalid(errors));
            case ItemOutcome.Refused(var refusal) ->
                writeError(out, "invalid", CounterAnswers.refused(refusal, "operations[" + place + ']'));
            case ItemOutcome.KeyReused(boolean ofItem) ->
                writeError(out, "invalid", Problem.keyReused(ofItem ? "the request_id" : origin.keyCalled()));
            case ItemOutcome.Failed(Throwable failure) ->
                writeError(out, "failed", Objects.requireNonNull(failures.get(failure)));
        }
    }

    private static void writeError(JsonGenerator out, String status, Problem problem) throws IOException {
        out.writeStringField("status", status);
        out.writeFieldName("error");
        problem.writeTo(out);
    }
}
