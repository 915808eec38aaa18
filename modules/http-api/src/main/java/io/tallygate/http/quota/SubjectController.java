package io.tallygate.http.quota;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
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
import io.tallygate.http.JsonBody;
import io.tallygate.http.KeyProblemAnswers;
import io.tallygate.http.Origin;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Answered;
import io.tallygate.kernel.Asked;
import io.tallygate.quota.Quotas;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Subjects over HTTP: what is settled for them, and what they used. */
@Controller(SubjectController.PATH)
@Requires(beans = Quotas.class)
final class SubjectController {

    static final String PATH = "/api/v1/quota/subjects";

    private final Quotas quotas;

    SubjectController(Quotas quotas) {
        this.quotas = quotas;
    }

    @Get
    @RequiresScope(Scope.READ)
    @Operation(tags = "Subjects", operationId = "listSubjects",
            summary = "List subjects for which something is settled",
            description = "In the order of their ids; a page may have fewer than asked for", parameters = {
                    @Parameter(name = "plan", in = ParameterIn.QUERY, description = "Only those that name this plan",
                            schema = @Schema(type = "string")),
                    @Parameter(name = "after", in = ParameterIn.QUERY,
                            description = "Only those behind this one, as the page before says",
                            schema = @Schema(type = "string")),
                    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "How many at most",
                            schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))})
    @ApiResponse(responseCode = "200", description = "a page of them",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.SubjectPageShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> list(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> {
            QuotaQueries.Page page = QuotaQueries.subjects(request);
            return quotas.subjects(page.plan(), page.after(), page.limit());
        }, QuotaAnswers::subjects);
    }

    @Get("/{subject:[^/]+}")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Subjects", operationId = "getSubject", summary = "Read a subject and how its limits stand",
            parameters = {
                    @Parameter(name = "subject", in = ParameterIn.PATH, required = true,
                            description = QuotaSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "its plan, its own limits, and how all limits stand",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.SubjectShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-subject` or `unknown-plan`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> quotas.subject(subject(request, 0)), QuotaAnswers::subject);
    }

    @Put("/{subject:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Subjects", operationId = "putSubject",
            summary = "Settle the plan and the own limits of a subject",
            description = "In place of what was settled before; what was used stays where the period is the same",
            parameters = {
                    @Parameter(name = "subject", in = ParameterIn.PATH, required = true,
                            description = QuotaSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.SubjectRequest.class)))
    @ApiResponse(responseCode = "200", description = "as it is settled now",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.SubjectShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-plan`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "409", description = "`scale-conflict`: the quota type has another scale",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> put(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.SETTLE, () -> Answers.when(request, Asked.SETTLE,
                () -> QuotaCalls.ofDocument(quotas.putSubject(subject(request, 0),
                        JsonBody.read(request, body, DefinitionBody::subject))),
                QuotaAnswers::subject));
    }

    @Delete("/{subject:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Subjects", operationId = "deleteSubject", summary = "Forget what is settled for a subject",
            description = "What it has used stays. Idempotent", parameters = {
                    @Parameter(name = "subject", in = ParameterIn.PATH, required = true,
                            description = QuotaSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "204", description = "nothing is settled for it now")
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> delete(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE, () -> quotas.deleteSubject(subject(request, 0)),
                _ -> HttpResponse.noContent());
    }

    @Get("/{subject:[^/]+}/usage")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Subjects", operationId = "subjectUsage", summary = "Read what a subject used in past periods",
            description = "Of the limits that it has now, at most 500 periods", parameters = {
                    @Parameter(name = "subject", in = ParameterIn.PATH, required = true,
                            description = QuotaSchemas.PATH_ID, schema = @Schema(type = "string")),
                    @Parameter(name = "quota_type", in = ParameterIn.QUERY, description = "Only this one",
                            schema = @Schema(type = "string")),
                    @Parameter(name = "per", in = ParameterIn.QUERY, description = "Only the limits of this period",
                            schema = @Schema(type = "string")),
                    @Parameter(name = "from", in = ParameterIn.QUERY,
                            description = "The first period is the one that this time belongs to; without it, the 31 latest",
                            schema = @Schema(type = "string")),
                    @Parameter(name = "to", in = ParameterIn.QUERY,
                            description = "The last period begins before this time; now, when it is not given",
                            schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "by quota type, shorter periods first, then by time",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.UsageShape.class)))
    @NoLimitAnswer
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> usage(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> quotas.usage(subject(request, 1), QuotaQueries.usage(request)),
                periods -> QuotaAnswers.usage(subject(request, 1), periods));
    }

    @Post("/{subject:[^/]+}/top-up")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Subjects", operationId = "topUpSubject", summary = "Pay credit in",
            description = "Takes an amount off what is used of the lifetime limit, below 0 if need be", parameters = {
                    @Parameter(name = "subject", in = ParameterIn.PATH, required = true,
                            description = QuotaSchemas.PATH_ID, schema = @Schema(type = "string")),
                    @Parameter(name = Origin.KEY_HEADER, in = ParameterIn.HEADER,
                            description = ApiDescription.KEY,
                            schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.TopUpRequest.class)))
    @ApiResponse(responseCode = "200", description = "how the limit stands",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ReturnedShape.class)))
    @NoLimitAnswer
    @ApiResponse(responseCode = "409", description = "`no-lifetime-limit`, or `quota-overflow`: nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @KeyProblemAnswers
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> topUp(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            String subject = subject(request, 1);
            GiveBack topUp = JsonBody.read(request, body, GiveBack::topUp);
            return Answers.when(request, Asked.ADD,
                    () -> quotas.topUp(subject, topUp.wanted(), topUp.key(Origin.of(request))),
                    answered -> QuotaAnswers.returned(subject,
                            new Answered<>(List.of(answered.value()), answered.replayed())));
        });
    }

    @Post("/{subject:[^/]+}/reset")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Subjects", operationId = "resetSubject", summary = "Begin the running periods anew",
            description = "What is held stays. Of `{}` all quota types are reset", parameters = {
                    @Parameter(name = "subject", in = ParameterIn.PATH, required = true,
                            description = QuotaSchemas.PATH_ID, schema = @Schema(type = "string")),
                    @Parameter(name = Origin.KEY_HEADER, in = ParameterIn.HEADER,
                            description = ApiDescription.KEY,
                            schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ResetRequest.class)))
    @ApiResponse(responseCode = "204", description = "what is used is what is held")
    @NoLimitAnswer
    @KeyProblemAnswers
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> reset(HttpRequest<?> request, @Body byte[] body) {
        return Answers.when(request, Asked.SETTLE, () -> {
            ResetBody reset = JsonBody.read(request, body, ResetBody::read);
            return quotas.reset(subject(request, 1), reset.quotaType(),
                    QuotaCalls.key(Origin.of(request), reset.requestId()));
        }, replayed -> Answers.replayed(replayed, HttpResponse.noContent()));
    }

    private static String subject(HttpRequest<?> request, int place) {
        return QuotaPaths.id(request, place, "subject");
    }
}
