package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.http.Answers;
import io.tallygate.http.Origin;
import io.tallygate.http.Problem;
import io.tallygate.kernel.Asked;
import io.tallygate.quota.ConsumptionBatchOutcome;
import io.tallygate.quota.ConsumptionOutcome;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/** What became of a batch of consumptions, in JSON. */
final class ConsumptionBatchAnswers {

    private final ConsumptionBatchOutcome outcome;
    /** Each failure is logged once, however many items it stands for. */
    private final IdentityHashMap<Throwable, Problem> failures = new IdentityHashMap<>();

    private ConsumptionBatchAnswers(Origin origin, ConsumptionBatchOutcome outcome) {
        this.outcome = outcome;
        outcome.failures().forEach(failure -> failures.put(failure, origin.problem(Asked.ADD, failure)));
    }

    /** @throws CompletionException with the failure because of which nothing of it was done */
    static HttpResponse<byte[]> consumed(Origin origin, ConsumptionBatchOutcome outcome) {
        throwIfNothingWasDone(outcome);
        boolean all = outcome.granted() == outcome.items().size();
        var answers = new ConsumptionBatchAnswers(origin, outcome);
        return Answers.replayed(outcome.replayed(), Answers.json(all ? HttpStatus.OK : HttpStatus.MULTI_STATUS, out -> {
            out.writeStartObject();
            answers.writeResults(out);
            out.writeEndObject();
        }));
    }

    /** @throws CompletionException with the failure because of which nothing of it was taken */
    static HttpResponse<byte[]> accepted(Origin origin, ConsumptionBatchOutcome outcome) {
        throwIfNothingWasDone(outcome);
        boolean all = outcome.accepted() == outcome.items().size();
        var answers = new ConsumptionBatchAnswers(origin, outcome);
        return Answers.json(all ? HttpStatus.ACCEPTED : HttpStatus.MULTI_STATUS, out -> {
            out.writeStartObject();
            out.writeNumberField("accepted", outcome.accepted());
            if (!all) {
                answers.writeResults(out);
            }
            out.writeEndObject();
        });
    }

    private static void throwIfNothingWasDone(ConsumptionBatchOutcome outcome) {
        if (outcome.refusal() != null) {
            throw new CompletionException(outcome.refusal());
        }
    }

    private void writeResults(JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("results");
        for (ConsumptionOutcome item : outcome.items()) {
            out.writeStartObject();
            writeResult(out, item);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void writeResult(JsonGenerator out, ConsumptionOutcome item) throws IOException {
        switch (item) {
            case ConsumptionOutcome.Decided(var decision, var _) -> {
                out.writeStringField("status", decision.allowed() ? "granted" : "denied");
                DecisionAnswers.writeMembers(out, decision);
            }
            case ConsumptionOutcome.Accepted() -> out.writeStringField("status", "accepted");
            case ConsumptionOutcome.Invalid(var errors) -> writeError(out, "invalid", Problem.invalid(errors));
            case ConsumptionOutcome.Failed failed -> writeError(out, failed.isCallers() ? "invalid" : "failed",
                    Objects.requireNonNull(failures.get(failed.failure())));
        }
    }

    private static void writeError(JsonGenerator out, String status, Problem problem) throws IOException {
        out.writeStringField("status", status);
        out.writeFieldName("error");
        problem.writeTo(out);
    }
}
