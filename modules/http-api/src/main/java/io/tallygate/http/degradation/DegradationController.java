package io.tallygate.http.degradation;

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
import io.tallygate.degradation.DegradationAdmin;
import io.tallygate.degradation.LevelOverride;
import io.tallygate.http.Answers;
import io.tallygate.http.BodyProblemAnswers;
import io.tallygate.http.JsonBody;
import io.tallygate.http.MemberNames;
import io.tallygate.http.NeverLimited;
import io.tallygate.http.Origin;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.QueryNames;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Levels over HTTP. */
@Controller(DegradationController.PATH)
@Requires(beans = DegradationAdmin.class)
@NeverLimited
final class DegradationController {

    static final String PATH = "/api/v1/degradation";

    private static final MemberNames PARAMETERS = MemberNames.of("feature");

    private final DegradationAdmin levels;
    private final InstantSource clock = InstantSource.system();

    DegradationController(DegradationAdmin levels) {
        this.levels = levels;
    }

    @Get
    @RequiresScope(Scope.READ)
    @Operation(tags = "Degradation", operationId = "getDegradation", summary = "Read how well each feature is served",
            description = "By the process that answers; what it knows of others is for information")
    @ApiResponse(responseCode = "200", description = "levels, probes, overrides, and the last 100 changes",
            content = @Content(schema = @Schema(implementation = DegradationSchemas.StatusShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> CompletableFuture.completedFuture(levels.status()),
                DegradationAnswers::status);
    }

    @Put("/override")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Degradation", operationId = "putDegradationOverride",
            summary = "Set the level of a feature, or of all",
            description = "Whatever is found, until its time is over; in place of an override of the same. In effect at once here, and within 5 seconds wherever the store is shared")
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = DegradationSchemas.OverrideRequest.class)))
    @ApiResponse(responseCode = "200", description = "the override, and whom it reaches",
            content = @Content(schema = @Schema(implementation = DegradationSchemas.OverrideSet.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> put(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.SETTLE, () -> {
            OverrideBody asked = JsonBody.read(request, body, OverrideBody::read);
            LevelOverride override = asked.from(clock.instant(), by(request));
            return Answers.when(request, Asked.SETTLE, () -> levels.override(override),
                    scope -> DegradationAnswers.set(override, scope));
        });
    }

    @Delete("/override")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Degradation", operationId = "deleteDegradationOverride", summary = "End an override",
            description = "Idempotent", parameters = {
                    @Parameter(name = "feature", in = ParameterIn.QUERY,
                            description = "Whose; without it, that of all features",
                            schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "there is none any more; whom that reaches",
            content = @Content(schema = @Schema(implementation = DegradationSchemas.OverrideCleared.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> delete(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE, () -> {
            QueryNames.requireNoneMisspelt(request, PARAMETERS);
            return levels.clear(request.getParameters().getFirst("feature").orElse(null), by(request));
        }, DegradationAnswers::cleared);
    }

    private static String by(HttpRequest<?> request) {
        String caller = Origin.of(request).caller();
        return caller.isEmpty() ? "anonymous" : caller;
    }
}
