package io.tallygate.http.recommendation;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.access.Scope;
import io.tallygate.degradation.Degradation;
import io.tallygate.degradation.Level;
import io.tallygate.http.Answers;
import io.tallygate.http.MemberNames;
import io.tallygate.http.PathIds;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.QueryNames;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.recommendation.Recommendation;
import io.tallygate.recommendation.Recommendations;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Recommendations over HTTP. There from the start on, so that what they cache can be warm before the first request. */
@Context
@Controller(RecommendationController.PATH)
@Requires(classes = {Recommendations.class, Degradation.class}, beans = Recommendations.class)
final class RecommendationController {

    static final String PATH = "/api/v1/recommendations";

    private static final String USER_ID = "user_id";
    private static final String LIMIT = "limit";
    private static final int LIMIT_DEFAULT = 10;
    private static final MemberNames PARAMETERS = MemberNames.of(LIMIT);
    private static final String PATH_ID = "1 to 256 bytes of UTF-8 without control characters, percent-encoded";

    private final Recommendations recommendations;
    private final @Nullable Degradation degradation;

    /** @param degradation null where nothing degrades: then every answer is a normal one, or fails */
    RecommendationController(Recommendations recommendations, @Nullable Degradation degradation) {
        this.recommendations = recommendations;
        this.degradation = degradation;
    }

    @Get("/{user_id:[^/]+}")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Recommendations", operationId = "recommend", summary = "Recommend what a user may want",
            description = "What others who touched the user's last 20 items also touched, without these. Whoever has no"
                    + " history is told what is popular. When what this needs is away, everybody is, from memory; and when"
                    + " that would not do either, the list is empty",
            parameters = {
                    @Parameter(name = USER_ID, in = ParameterIn.PATH, required = true, description = PATH_ID,
                            schema = @Schema(type = "string")),
                    @Parameter(name = LIMIT, in = ParameterIn.QUERY, description = "The most items",
                            schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "10"))})
    @ApiResponse(responseCode = "200",
            description = "the best first; the header `Tallygate-Degradation` is there when the level is not `normal`",
            content = @Content(schema = @Schema(implementation = RecommendationSchemas.RecommendationShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> recommend(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> serve(userId(request, 0), limit(request)),
                RecommendationAnswers::served);
    }

    private CompletionStage<Served> serve(String userId, int limit) {
        return degradation == null
                ? normal(userId, limit)
                : degradation.runAsync(RecommendationHttpFactory.FEATURE, () -> normal(userId, limit),
                        () -> now(recommendations.remembered(limit), Level.DEGRADED),
                        () -> now(Recommendation.NONE, Level.MINIMAL));
    }

    private CompletionStage<Served> normal(String userId, int limit) {
        return recommendations.recommend(userId, limit)
                .thenApply(recommendation -> new Served(recommendation, Level.NORMAL));
    }

    private static CompletionStage<Served> now(Recommendation recommendation, Level level) {
        return CompletableFuture.completedFuture(new Served(recommendation, level));
    }

    @Delete("/{user_id:[^/]+}/history")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Recommendations", operationId = "forgetHistory", summary = "Forget what a user touched",
            description = "Idempotent. What the history has added to the counts of items stays there, without a name",
            parameters = {
                    @Parameter(name = USER_ID, in = ParameterIn.PATH, required = true, description = PATH_ID,
                            schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "204", description = "forgotten, or never known")
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> forget(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE, () -> recommendations.forget(userId(request, 1)),
                _ -> HttpResponse.noContent());
    }

    /** Checked here, so that what is wrong with a request is told at every level. */
    private static String userId(HttpRequest<?> request, int place) {
        String userId = PathIds.fromEnd(request.getPath(), place, USER_ID);
        Ids.require(USER_ID, userId);
        return userId;
    }

    private static int limit(HttpRequest<?> request) {
        QueryNames.requireNoneMisspelt(request, PARAMETERS);
        String text = request.getParameters().getFirst(LIMIT).orElse(Integer.toString(LIMIT_DEFAULT));
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= Recommendations.LIMIT_MAX) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Told below, with the range.
        }
        throw new InvalidInputException(LIMIT, text, "must be an integer from 1 to " + Recommendations.LIMIT_MAX);
    }
}
