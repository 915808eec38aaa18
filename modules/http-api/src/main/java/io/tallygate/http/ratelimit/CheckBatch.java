package io.tallygate.http.ratelimit;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.http.Answers;
import io.tallygate.http.Origin;
import io.tallygate.http.Problem;
import io.tallygate.kernel.Asked;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.RateLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Questions that are asked together, each decided for itself. */
final class CheckBatch {

    private final RateLimits limits;
    private final Origin origin;
    private final List<CheckBody> questions;

    /** One of both: an answer, or the problem that its question ran into. */
    private record Answered(@Nullable CheckResult result, @Nullable Problem problem) {}

    CheckBatch(RateLimits limits, HttpRequest<?> request, List<CheckBody> questions) {
        this.limits = limits;
        this.origin = Origin.of(request);
        this.questions = questions;
    }

    /** Asks all of them, in order, and answers when all are answered. No failed stage. */
    CompletionStage<HttpResponse<byte[]>> run() {
        List<CompletableFuture<Answered>> answers = new ArrayList<>(questions.size());
        for (CheckBody question : questions) {
            answers.add(asked(question).toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> answer(answers.stream().map(CompletableFuture::join).toList()));
    }

    private CompletionStage<Answered> asked(CheckBody question) {
        CompletionStage<CheckResult> result;
        try {
            result = limits.check(question.check());
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        return result.handle((found, failure) -> new Answered(found,
                failure == null ? null : origin.problem(Asked.READ, failure)));
    }

    private static HttpResponse<byte[]> answer(List<Answered> answers) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("results");
            for (Answered answer : answers) {
                out.writeStartObject();
                write(out, answer);
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static void write(JsonGenerator out, Answered answer) throws IOException {
        if (answer.result != null) {
            RateLimitAnswers.writeMembers(out, answer.result);
        } else if (answer.problem != null) {
            out.writeFieldName("error");
            answer.problem.writeTo(out);
        }
    }
}
