package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.tallygate.access.Scope;
import io.tallygate.counter.Counters;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Posting;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Counters over HTTP. */
@Controller("/api/v1/counter")
final class CounterController {

    private static final MemberNames PARAMETERS = MemberNames.of("consistency");

    private final Counters counters;
    private final Acceptance acceptance;

    CounterController(Counters counters, Acceptance acceptance) {
        this.counters = counters;
        this.acceptance = acceptance;
    }

    @Post("/increment")
    @RequiresScope(Scope.WRITE)
    @io.swagger.v3.oas.annotations.Operation(tags = "Counters", operationId = "increment",
            summary = "Add to one counter",
            description = "Answered after the commit, with the value right after this increment",
            security = @SecurityRequirement(name = ApiDescription.SECURITY), parameters = {
                    @Parameter(name = IdempotencyKeys.HEADER, in = ParameterIn.HEADER,
                            description = ApiDescription.DESCRIPTION_OF_KEY,
                            schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Schemas.IncrementRequest.class)))
    @ApiResponse(responseCode = "200", description = "committed",
            content = @Content(schema = @Schema(implementation = Schemas.Value.class)))
    @ApiResponse(responseCode = "202", description = "taken into memory, when `async`",
            content = @Content(schema = @Schema(implementation = Schemas.Accepted.class)))
    @ApiResponse(responseCode = "409", description = "`counter-overflow`: nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = Schemas.ProblemShape.class)))
    @ApiResponse(responseCode = "422", description = "`idempotency-key-reused`: nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = Schemas.ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> increment(HttpRequest<?> request, @Body byte[] body) {
        try {
            Representation.JSON.requireAcceptedBy(request);
            Operation operation = JsonBody.read(BodyCoding.decoded(request, body), Operation::single);
            Change.Add increment = operation.increment();
            if (increment == null) {
                return completed(Problem.invalid(operation.errors()).response());
            }
            String requestId = operation.requestId();
            var write = new Posting(IdempotencyKeys.ofSingle(request, requestId, increment), List.of(increment));
            if (operation.async()) {
                return Answers.when(request, Asked.ADD, () -> acceptance.accept(write),
                        _ -> Answers.accepted(increment.row()));
            }
            return Answers.when(request, Asked.ADD, () -> counters.write(write), result -> Answers
                    .committed(increment.row(), result, write.key() == null ? "" : IdempotencyKeys.named(request)));
        } catch (RuntimeException e) {
            return completed(ProblemExceptionHandler.answer(request, Asked.ADD, e));
        }
    }

    @Post("/batch-increment")
    @RequiresScope(Scope.WRITE)
    @io.swagger.v3.oas.annotations.Operation(tags = "Counters", operationId = "batchIncrement",
            summary = "Add to up to 1000 counters", description = "Invalid operations do not stop the others",
            security = @SecurityRequirement(name = ApiDescription.SECURITY), parameters = {
                    @Parameter(name = IdempotencyKeys.HEADER, in = ParameterIn.HEADER,
                            description = ApiDescription.DESCRIPTION_OF_KEY,
                            schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Schemas.BatchRequest.class)))
    @ApiResponse(responseCode = "200", description = "all are committed",
            content = @Content(schema = @Schema(implementation = Schemas.Results.class)))
    @ApiResponse(responseCode = "202", description = "all are taken into memory, when `async`",
            content = @Content(schema = @Schema(implementation = Schemas.BatchAccepted.class)))
    @ApiResponse(responseCode = "207",
            description = "some are invalid or failed; the others are committed, or accepted when `async`",
            content = @Content(schema = @Schema(implementation = Schemas.Results.class)))
    @ApiResponse(responseCode = "422", description = "`idempotency-key-reused`: nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = Schemas.ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> batchIncrement(HttpRequest<?> request, @Body byte[] body) {
        try {
            Representation.JSON.requireAcceptedBy(request);
            Batch batch = JsonBody.read(BodyCoding.decoded(request, body), Batch::read);
            var run = new BatchRun(Origin.of(request), batch);
            return batch.async() ? run.accept(acceptance) : run.commit(counters);
        } catch (RuntimeException e) {
            return completed(ProblemExceptionHandler.answer(request, Asked.ADD, e));
        }
    }

    @Get("/{resource_id:[^/]+}/{counter_type:[^/]+}")
    @RequiresScope(Scope.READ)
    @io.swagger.v3.oas.annotations.Operation(tags = "Counters", operationId = "get", summary = "One counter",
            security = @SecurityRequirement(name = ApiDescription.SECURITY), parameters = {
                    @Parameter(name = "resource_id", in = ParameterIn.PATH, required = true,
                            description = ApiDescription.DESCRIPTION_OF_ID, schema = @Schema(type = "string")),
                    @Parameter(name = "counter_type", in = ParameterIn.PATH, required = true,
                            description = ApiDescription.DESCRIPTION_OF_ID, schema = @Schema(type = "string")),
                    @Parameter(name = "consistency", in = ParameterIn.QUERY,
                            description = ApiDescription.DESCRIPTION_OF_CONSISTENCY,
                            schema = @Schema(type = "string", allowableValues = {
                                    "cached", "strong"}, defaultValue = "cached"))})
    @ApiResponse(responseCode = "200", description = "its value",
            content = @Content(schema = @Schema(implementation = Schemas.ReadingShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request,
                () -> counters.get(PathIds.counter(request.getPath()), consistency(request)), Answers::reading);
    }

    @Post("/batch")
    @RequiresScope(Scope.READ)
    @io.swagger.v3.oas.annotations.Operation(tags = "Counters", operationId = "getAll", summary = "Up to 1000 counters",
            security = @SecurityRequirement(name = ApiDescription.SECURITY), parameters = {
                    @Parameter(name = "consistency", in = ParameterIn.QUERY,
                            description = ApiDescription.DESCRIPTION_OF_CONSISTENCY,
                            schema = @Schema(type = "string", allowableValues = {
                                    "cached", "strong"}, defaultValue = "cached"))})
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = Schemas.QueriesRequest.class)))
    @ApiResponse(responseCode = "200", description = "their values",
            content = @Content(schema = @Schema(implementation = Schemas.Readings.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> getAll(HttpRequest<?> request, @Body byte[] body) {
        return Answers.whenRead(request,
                () -> counters.getAll(JsonBody.read(BodyCoding.decoded(request, body), CounterQueries::read),
                        consistency(request)),
                Answers::readings);
    }

    @Delete("/{resource_id:[^/]+}/{counter_type:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @io.swagger.v3.oas.annotations.Operation(tags = "Counters", operationId = "delete", summary = "Forget one counter",
            description = "Idempotent", security = @SecurityRequirement(name = ApiDescription.SECURITY), parameters = {
                    @Parameter(name = "resource_id", in = ParameterIn.PATH, required = true,
                            description = ApiDescription.DESCRIPTION_OF_ID, schema = @Schema(type = "string")),
                    @Parameter(name = "counter_type", in = ParameterIn.PATH, required = true,
                            description = ApiDescription.DESCRIPTION_OF_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "204", description = "its value is 0 now")
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> delete(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE,
                () -> counters.reset(PathIds.counter(request.getPath())), _ -> HttpResponse.noContent());
    }

    private static Consistency consistency(HttpRequest<?> request) {
        QueryNames.requireNoneMisspelt(request, PARAMETERS);
        String asked = request.getParameters().getFirst("consistency").orElse("cached");
        return switch (asked) {
            case "cached" -> Consistency.CACHED;
            case "strong" -> Consistency.STRONG;
            default -> throw new InvalidInputException("consistency", asked, "must be cached or strong");
        };
    }

    private static CompletionStage<HttpResponse<byte[]>> completed(HttpResponse<byte[]> response) {
        return CompletableFuture.completedFuture(response);
    }
}
