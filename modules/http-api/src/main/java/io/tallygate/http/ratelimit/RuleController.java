package io.tallygate.http.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
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
import io.tallygate.http.EntityTags;
import io.tallygate.http.PathIds;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.http.TextBody;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.ratelimit.RateLimitProblem;
import io.tallygate.ratelimit.rules.RuleAdmin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The rules of rate limits over HTTP. */
@Controller(RuleController.PATH)
@Requires(classes = RuleAdmin.class, beans = RuleAdmin.class)
final class RuleController {

    static final String PATH = "/api/v1/ratelimit/rules";

    private static final String JSON = "application/json";
    /** RFC 9512, and the names that YAML had before. */
    private static final String YAML = "application/yaml";
    private static final String OLDER_YAML = "application/x-yaml";
    private static final String TEXT_YAML = "text/yaml";

    private final RuleAdmin rules;

    RuleController(RuleAdmin rules) {
        this.rules = rules;
    }

    @Get
    @RequiresScope(Scope.READ)
    @Operation(tags = "Rate limits", operationId = "listRateLimitRules", summary = "List the domains that have rules")
    @ApiResponse(responseCode = "200", description = "those in effect in the process that answers",
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.RulesShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> list(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> CompletableFuture.completedStage(rules.all()), RuleAnswers::list);
    }

    @Get("/{domain:[^/]+}")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Rate limits", operationId = "getRateLimitRules", summary = "Read the rules of a domain",
            description = "As they were written. Their version is in the header `ETag`", parameters = {
                    @Parameter(name = "domain", in = ParameterIn.PATH, required = true,
                            description = RateLimitSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "those in effect in the process that answers",
            content = {@Content(mediaType = YAML, schema = @Schema(type = "string")),
                    @Content(mediaType = JSON, schema = @Schema(type = "object"))})
    @ApiResponse(responseCode = "404", description = "`unknown-domain`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.when(request, Asked.READ, () -> {
            String domain = domain(request);
            return CompletableFuture.completedStage(rules.of(domain).orElseThrow(() -> new DomainProblemException(
                    RateLimitProblem.UNKNOWN_DOMAIN, "domain " + domain + " has no rules")));
        }, active -> RuleAnswers.document(active.document()));
    }

    @Put("/{domain:[^/]+}")
    @Consumes({JSON, YAML, OLDER_YAML, TEXT_YAML})
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Rate limits", operationId = "putRateLimitRules", summary = "Store the rules of a domain",
            description = "They win over a file's, and are in effect everywhere within 5 seconds. What was used so far stays used where key, algorithm and window are the same",
            parameters = {
                    @Parameter(name = "domain", in = ParameterIn.PATH, required = true,
                            description = RateLimitSchemas.PATH_ID, schema = @Schema(type = "string")),
                    @Parameter(name = EntityTags.IF_MATCH, in = ParameterIn.HEADER,
                            description = "The ETag of the version that is meant, or *; then another version is left alone",
                            schema = @Schema(type = "string"))})
    @RequestBody(required = true, description = "The whole document, in YAML or JSON",
            content = {@Content(mediaType = YAML, schema = @Schema(type = "string")),
                    @Content(mediaType = JSON, schema = @Schema(type = "object"))})
    @ApiResponse(responseCode = "200", description = "the rules that are in effect now",
            content = {@Content(mediaType = YAML, schema = @Schema(type = "string")),
                    @Content(mediaType = JSON, schema = @Schema(type = "object"))})
    @ApiResponse(responseCode = "409",
            description = "`rules-read-only`: nothing here keeps rules; they come from files",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "412",
            description = "`rules-changed`: another version than `If-Match` names is in effect; nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> put(HttpRequest<?> request, @Body byte[] body) {
        return Answers.when(request, Asked.SETTLE, () -> RuleAnswers.refusedByName(
                () -> rules.put(domain(request), TextBody.read(request, body), EntityTags.ifMatch(request))),
                RuleAnswers::document);
    }

    @Delete("/{domain:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Rate limits", operationId = "deleteRateLimitRules", summary = "Forget stored rules",
            description = "Those of a file for the same domain are in effect again, if there are any", parameters = {
                    @Parameter(name = "domain", in = ParameterIn.PATH, required = true,
                            description = RateLimitSchemas.PATH_ID, schema = @Schema(type = "string")),
                    @Parameter(name = EntityTags.IF_MATCH, in = ParameterIn.HEADER,
                            description = "The ETag of the version that is meant, or *; then another version is left alone",
                            schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "204", description = "they are not stored any more")
    @ApiResponse(responseCode = "404", description = "`unknown-domain`: none are stored",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "409",
            description = "`rules-read-only`: nothing here keeps rules; they come from files",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "412",
            description = "`rules-changed`: another version than `If-Match` names is in effect; nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> delete(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE,
                () -> rules.delete(domain(request), EntityTags.ifMatch(request)), _ -> HttpResponse.noContent());
    }

    @Post("/validate")
    @Consumes({JSON, YAML, OLDER_YAML, TEXT_YAML})
    @RequiresScope(Scope.READ)
    @Operation(tags = "Rate limits", operationId = "validateRateLimitRules", summary = "Try rules out",
            description = "Changes nothing")
    @RequestBody(required = true, description = "The whole document, in YAML or JSON",
            content = {@Content(mediaType = YAML, schema = @Schema(type = "string")),
                    @Content(mediaType = JSON, schema = @Schema(type = "object"))})
    @ApiResponse(responseCode = "200", description = "whether they could be stored, and all that is wrong with them",
            content = @Content(schema = @Schema(implementation = RateLimitSchemas.ValidationShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> validate(HttpRequest<?> request, @Body byte[] body) {
        return Answers.whenRead(request,
                () -> CompletableFuture.completedStage(rules.validate(TextBody.read(request, body))),
                RuleAnswers::validation);
    }

    private static String domain(HttpRequest<?> request) {
        return PathIds.fromEnd(request.getPath(), 0, "domain");
    }
}
