package io.tallygate.http.quota;

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
import io.tallygate.http.Answers;
import io.tallygate.http.ApiDescription;
import io.tallygate.http.BatchBody;
import io.tallygate.http.BodyProblemAnswers;
import io.tallygate.http.JsonBody;
import io.tallygate.http.KeyProblemAnswers;
import io.tallygate.http.Origin;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Answered;
import io.tallygate.kernel.Asked;
import io.tallygate.quota.ConsumptionBatch;
import io.tallygate.quota.ConsumptionItem;
import io.tallygate.quota.Quotas;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Decisions about quotas over HTTP. */
@Controller(QuotaController.PATH)
@Requires(beans = Quotas.class)
final class QuotaController {

    static final String PATH = "/api/v1/quota";

    private final Quotas quotas;
    private final QuotaChecks checks;
    private final QuotaAcceptance acceptance;
    private final DecisionAnswers decisions;

    QuotaController(Quotas quotas, QuotaChecks checks, QuotaAcceptance acceptance, DecisionAnswers decisions) {
        this.quotas = quotas;
        this.checks = checks;
        this.acceptance = acceptance;
        this.decisions = decisions;
    }

    @Post("/check")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Quotas", operationId = "checkQuota", summary = "Ask whether a subject could use this much",
            description = "Changes nothing and promises nothing: only what consumes decides")
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.CheckRequest.class)))
    @ApiResponse(responseCode = "200", description = "whether all of it would be granted, and how the limits stand",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.DecisionShape.class)))
    @NoLimitAnswer
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> check(HttpRequest<?> request, @Body byte[] body) {
        return Answers.whenRead(request, () -> {
            QuotaOperation operation = JsonBody.read(request, body, QuotaOperation::check);
            return checks.check(operation.subject(), operation.wanted());
        }, Function.identity());
    }

    @Post("/consume")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Quotas", operationId = "consumeQuota", summary = "Use an amount, if the limits leave it",
            description = "Answered after the commit. A consumption passes all limits of all its quota types, or changes none",
            parameters = {
                    @Parameter(name = Origin.KEY_HEADER, in = ParameterIn.HEADER,
                            description = ApiDescription.KEY,
                            schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ConsumeRequest.class)))
    @ApiResponse(responseCode = "200", description = "granted",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.DecisionShape.class)))
    @ApiResponse(responseCode = "202", description = "taken into memory, when `async`",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.QuotaAccepted.class)))
    @NoLimitAnswer
    @ApiResponse(responseCode = "409", description = "`quota-overflow`: amounts end there; nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @KeyProblemAnswers
    @DenialAnswer
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> consume(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            QuotaOperation operation = JsonBody.read(request, body, QuotaOperation::consumption);
            return operation.async() ? accept(request, operation) : commit(request, operation);
        });
    }

    private CompletionStage<HttpResponse<byte[]>> accept(HttpRequest<?> request, QuotaOperation operation) {
        return Answers.when(request, Asked.ADD, () -> acceptance.accept(operation.subject(), operation.wanted(),
                QuotaCalls.key(Origin.of(request), operation.requestId())), _ -> QuotaAnswers.accepted());
    }

    private CompletionStage<HttpResponse<byte[]>> commit(HttpRequest<?> request, QuotaOperation operation) {
        return Answers.when(request, Asked.ADD,
                () -> quotas.consume(operation.subject(), operation.wanted(), operation.mode(),
                        QuotaCalls.key(Origin.of(request), operation.requestId())),
                decisions::consumed);
    }

    @Post("/consume-batch")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Quotas", operationId = "consumeQuotaBatch", summary = "Use up to 1000 amounts",
            description = "Each is decided for itself; those that are invalid or denied do not stop the others",
            parameters = {
                    @Parameter(name = Origin.KEY_HEADER, in = ParameterIn.HEADER,
                            description = ApiDescription.KEY,
                            schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ConsumeBatchRequest.class)))
    @ApiResponse(responseCode = "200", description = "all are granted",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.QuotaResults.class)))
    @ApiResponse(responseCode = "202", description = "all are taken into memory, when `async`",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.QuotaBatchAccepted.class)))
    @ApiResponse(responseCode = "207", description = "some are denied, invalid or failed",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.QuotaResults.class)))
    @KeyProblemAnswers
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> consumeBatch(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            Origin origin = Origin.of(request);
            BatchBody<ConsumptionItem> requested = JsonBody.read(request, body, QuotaOperation::batch);
            ConsumptionBatch batch = QuotaCalls.batch(origin, requested);
            return requested.async()
                    ? Answers.when(request, Asked.ADD, () -> batch.accept(acceptance::accept),
                            outcome -> ConsumptionBatchAnswers.accepted(origin, outcome))
                    : Answers.when(request, Asked.ADD, () -> batch.consume(quotas),
                            outcome -> ConsumptionBatchAnswers.consumed(origin, outcome));
        });
    }

    @Post("/reserve")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Quotas", operationId = "reserveQuota", summary = "Take an amount for the time being",
            description = "It counts as used and as held until it is committed, released or expires", parameters = {
                    @Parameter(name = Origin.KEY_HEADER, in = ParameterIn.HEADER,
                            description = ApiDescription.KEY,
                            schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ReserveRequest.class)))
    @ApiResponse(responseCode = "201", description = "reserved",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ReservedShape.class)))
    @NoLimitAnswer
    @KeyProblemAnswers
    @DenialAnswer
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> reserve(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            QuotaOperation operation = JsonBody.read(request, body, QuotaOperation::reservation);
            return Answers.when(request, Asked.ADD,
                    () -> quotas.reserve(operation.subject(), operation.wanted(), operation.mode(), operation.ttl(),
                            QuotaCalls.key(Origin.of(request), operation.requestId())),
                    decisions::reserved);
        });
    }

    @Post("/refund")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Quotas", operationId = "refundQuota", summary = "Give back what was used",
            description = "Each limit gets back as much as is used and not held", parameters = {
                    @Parameter(name = Origin.KEY_HEADER, in = ParameterIn.HEADER,
                            description = ApiDescription.KEY,
                            schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.RefundRequest.class)))
    @ApiResponse(responseCode = "200", description = "what each limit got back",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ReturnedShape.class)))
    @NoLimitAnswer
    @KeyProblemAnswers
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> refund(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            GiveBack refund = JsonBody.read(request, body, GiveBack::refund);
            return Answers.when(request, Asked.ADD,
                    () -> quotas.refund(refund.subject(), refund.wanted(), refund.time(),
                            refund.key(Origin.of(request))),
                    answered -> QuotaAnswers.returned(refund.subject(), answered));
        });
    }

    @Get("/consumer")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Quotas", operationId = "quotaConsumer",
            summary = "Read how the asynchronous side of this process does",
            description = "Counts since the process began")
    @ApiResponse(responseCode = "200", description = "what was accepted, and what became of it",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ConsumerShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> consumer(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> CompletableFuture.completedStage(quotas.consumer()),
                QuotaAnswers::consumer);
    }
}
