package io.tallygate.http.recommendation;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * The shapes of answers, for the OpenAPI description. Nothing reads or writes JSON through these. A test holds them against
 * what the server answers.
 */
final class RecommendationSchemas {

    private RecommendationSchemas() {}

    @Schema(name = "Recommendation")
    record RecommendationShape(
            @ArraySchema(arraySchema = @Schema(description = "The best first",
                    requiredMode = Schema.RequiredMode.REQUIRED)) List<RecommendedShape> items,
            @Schema(description = "Where they come from; `none` when there are none", type = "string",
                    allowableValues = {"personalized", "popular", "none"},
                    requiredMode = Schema.RequiredMode.REQUIRED) String source,
            @Schema(description = "How well this could be answered", type = "string",
                    allowableValues = {"normal", "degraded", "minimal"},
                    requiredMode = Schema.RequiredMode.REQUIRED) String level){}

    @Schema(name = "Recommended")
    record RecommendedShape(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String resourceId,
            @Schema(description = "Orders the items of one answer; it means nothing beside that of another answer",
                    requiredMode = Schema.RequiredMode.REQUIRED) double score) {}
}
