package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.tallygate.http.Origin;
import io.tallygate.http.Problem;
import io.tallygate.kernel.Asked;
import io.tallygate.ratelimit.RateLimitProblem;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.HeaderStyle;
import io.tallygate.ratelimit.rules.LimitReport;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the guard answers. */
final class GuardAnswers {

    private final HeaderStyle style;

    GuardAnswers(HeaderStyle style) {
        this.style = style;
    }

    /**
     * Nothing where the request may go on, and the answer where not: its refusal, or the problem that the question ran into.
     *
     * @param keep tells all that is known of the request then
     */
    CompletionStage<Optional<HttpResponse<byte[]>>> after(HttpRequest<?> request,
            Supplier<CompletionStage<CheckResult>> question, Function<CheckResult, Guarded> keep) {
        CompletionStage<CheckResult> asked;
        try {
            asked = question.get();
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedStage(e);
        }
        return asked.handle((found, failure) -> {
            if (failure != null) {
                return Optional.of(Origin.of(request).problem(Asked.READ, failure).response());
            }
            Guarded guarded = keep.apply(found);
            guarded.remember(request);
            return found.allowed() ? Optional.empty() : Optional.of(refusal(guarded.result()));
        });
    }

    private HttpResponse<byte[]> refusal(CheckResult result) {
        String limits = result.limits().filter(limit -> !limit.allowed()).map(LimitReport::name).findFirst()
                .map(name -> "the limit " + name + " does not leave that much")
                .orElse("a limit does not leave that much");
        MutableHttpResponse<byte[]> response = Problem.of(RateLimitProblem.RATE_LIMITED,
                limits + "; nothing was done").response();
        RateLimitAnswers.setHeaders(response, result, style, true);
        return response;
    }
}
