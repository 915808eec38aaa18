package io.tallygate.http.quota;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
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
import io.tallygate.http.BodyProblemAnswers;
import io.tallygate.http.EntityTags;
import io.tallygate.http.JsonBody;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import io.tallygate.quota.Quotas;
import java.util.concurrent.CompletionStage;

/** Plans over HTTP. */
@Controller(PlanController.PATH)
@Requires(beans = Quotas.class)
final class PlanController {

    static final String PATH = "/api/v1/quota/plans";

    private final Quotas quotas;

    PlanController(Quotas quotas) {
        this.quotas = quotas;
    }

    @Get
    @RequiresScope(Scope.READ)
    @Operation(tags = "Plans", operationId = "listPlans", summary = "List the plans that are in effect",
            description = "In the order of their names; a page may have fewer than asked for", parameters = {
                    @Parameter(name = "after", in = ParameterIn.QUERY,
                            description = "Only those behind this one, as the page before says",
                            schema = @Schema(type = "string")),
                    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "How many at most",
                            schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))})
    @ApiResponse(responseCode = "200", description = "a page of them",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.PlanPageShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> list(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> {
            QuotaQueries.Page page = QuotaQueries.plans(request);
            return quotas.plans(page.after(), page.limit());
        }, QuotaAnswers::plans);
    }

    @Get("/{plan:[^/]+}")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Plans", operationId = "getPlan", summary = "Read one plan",
            description = "Its version is in the header `ETag`", parameters = {
                    @Parameter(name = "plan", in = ParameterIn.PATH, required = true,
                            description = QuotaSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "the plan that is in effect",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.PlanShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-plan`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> quotas.plan(plan(request)), QuotaAnswers::plan);
    }

    @Put("/{plan:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Plans", operationId = "putPlan", summary = "Store a plan",
            description = "It wins over the file's of the same name, and is in effect everywhere within 5 seconds",
            parameters = {
                    @Parameter(name = "plan", in = ParameterIn.PATH, required = true,
                            description = QuotaSchemas.PATH_ID, schema = @Schema(type = "string")),
                    @Parameter(name = EntityTags.IF_MATCH, in = ParameterIn.HEADER,
                            description = "The ETag of the version that is meant, or *; then another version is left alone",
                            schema = @Schema(type = "string"))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.PlanRequest.class)))
    @ApiResponse(responseCode = "200", description = "the plan that is in effect now",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.PlanShape.class)))
    @ApiResponse(responseCode = "409", description = "`scale-conflict`: the quota type has another scale",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "412",
            description = "`plan-changed`: another version than `If-Match` names is in effect; nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> put(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.SETTLE, () -> Answers.when(request, Asked.SETTLE,
                () -> QuotaCalls.ofDocument(quotas.putPlan(plan(request),
                        JsonBody.read(request, body, DefinitionBody::plan), EntityTags.ifMatch(request))),
                QuotaAnswers::plan));
    }

    @Delete("/{plan:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Plans", operationId = "deletePlan", summary = "Forget a stored plan",
            description = "The file's of the same name is in effect again, if there is one", parameters = {
                    @Parameter(name = "plan", in = ParameterIn.PATH, required = true,
                            description = QuotaSchemas.PATH_ID, schema = @Schema(type = "string")),
                    @Parameter(name = EntityTags.IF_MATCH, in = ParameterIn.HEADER,
                            description = "The ETag of the version that is meant, or *; then another version is left alone",
                            schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "204", description = "it is not stored any more")
    @ApiResponse(responseCode = "404", description = "`unknown-plan`: none is stored",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "412",
            description = "`plan-changed`: another version than `If-Match` names is in effect; nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> delete(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE, () -> quotas.deletePlan(plan(request), EntityTags.ifMatch(request)),
                _ -> HttpResponse.noContent());
    }

    private static String plan(HttpRequest<?> request) {
        return QuotaPaths.id(request, 0, "plan");
    }
}
