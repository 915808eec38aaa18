package io.tallygate.http.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.access.Scope;
import io.tallygate.access.Tokens;
import io.tallygate.http.Answers;
import io.tallygate.http.ApiDescription;
import io.tallygate.http.BodyProblemAnswers;
import io.tallygate.http.JsonBody;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.ratelimit.RateLimitProblem;
import io.tallygate.ratelimit.rules.HeaderStyle;
import io.tallygate.ratelimit.rules.RateLimits;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Rate limits over HTTP. */
@Controller(RateLimitController.PATH)
@Requires(classes = RateLimits.class, beans = RateLimits.class)
final class RateLimitController {

    static final String PATH = "/api/v1/ratelimit";
    static final String CHECK_BATCH = "/check-batch";

    private final RateLimits limits;
    private final Tokens tokens;
    private final HeaderStyle style;

    RateLimitController(RateLimits limits, Tokens tokens, HeaderStyle style) {
        this.limits = limits;
        this.tokens = tokens;
        this.style = style;
    }

    @Post("/check")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Rate limits", operationId = "checkRateLimit", summary = "Ask whether this may pass",
            description = "Counts the hits where the limits of the domain's rules let them pass. Hits of 0 only look, and are answered 200; negative ones give back. What has no rule passes")
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.CheckRequest.class)))
    @ApiResponse(responseCode = "200", description = "it may",
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.CheckShape.class)))
    @ApiResponse(responseCode = "429",
            description = "it may not; `RateLimit`, `RateLimit-Policy` and `Retry-After` say how its limits stand",
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.CheckShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> check(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.READ, () -> {
            CheckBody question = JsonBody.read(request, body, CheckBody::read);
            OwnLimits.requireAllowed(tokens, request, List.of(question));
            return Answers.when(request, Asked.READ, () -> limits.check(question.check()),
                    result -> RateLimitAnswers.checked(result, question.looks(), style));
        });
    }

    @Post(CHECK_BATCH)
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Rate limits", operationId = "checkRateLimitBatch", summary = "Ask up to 1000 questions",
            description = "Each is decided for itself, in order. When one breaks a rule, none is asked")
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.CheckBatchRequest.class)))
    @ApiResponse(responseCode = "200", description = "the answers, in order",
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.CheckResults.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> checkBatch(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.READ, () -> {
            List<CheckBody> questions = JsonBody.read(request, body, CheckBody::batch);
            OwnLimits.requireAllowed(tokens, request, questions);
            return new CheckBatch(limits, request, questions).run();
        });
    }

    @Get("/info")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Rate limits", operationId = "rateLimitInfo", summary = "Read how limits stand",
            description = "Every parameter but `domain` is an entry of the descriptor, in the query's order. Counts nothing",
            parameters = {@Parameter(name = "domain", in = ParameterIn.QUERY, required = true,
                    description = "Whose rules", schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @ApiResponse(responseCode = "200", description = "whether one hit would pass, and how its limits stand",
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.CheckShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> info(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> limits.check(InfoQuery.read(request.getUri().getRawQuery())),
                result -> RateLimitAnswers.checked(result, true, style));
    }

    @Post("/renew")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Rate limits", operationId = "renewLease", summary = "Keep permits for another while",
            description = "Of a `concurrency` limit: they end a lease's length from now")
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.LeaseRequest.class)))
    @ApiResponse(responseCode = "200", description = "until when",
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.LeaseShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-lease`: it has ended, or never was",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> renew(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.SETTLE, () -> {
            String lease = JsonBody.read(request, body, LeaseBody::read);
            return Answers.when(request, Asked.SETTLE, () -> limits.renew(lease),
                    until -> RateLimitAnswers.lease(lease, until.orElseThrow(() -> new DomainProblemException(
                            RateLimitProblem.UNKNOWN_LEASE, "the lease has ended, or never was"))));
        });
    }

    @Post("/release")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Rate limits", operationId = "releaseLease", summary = "Give permits back",
            description = "Of a `concurrency` limit; without effect on a lease that has ended")
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.LeaseRequest.class)))
    @ApiResponse(responseCode = "204", description = "the lease has ended")
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> release(HttpRequest<?> request, @Body byte[] body) {
        return Answers.when(request, Asked.SETTLE,
                () -> limits.release(JsonBody.read(request, body, LeaseBody::read)), _ -> HttpResponse.noContent());
    }

    @Post("/reset")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Rate limits", operationId = "resetRateLimit", summary = "Forget what was counted",
            description = "For the limits that the descriptors find, leases included")
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.ResetRequest.class)))
    @ApiResponse(responseCode = "204", description = "they are as unused")
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> reset(HttpRequest<?> request, @Body byte[] body) {
        return Answers.when(request, Asked.DELETE, () -> {
            CheckBody target = JsonBody.read(request, body, CheckBody::target);
            return limits.reset(target.check().domain(), target.check().descriptors());
        }, _ -> HttpResponse.noContent());
    }
}
