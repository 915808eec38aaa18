package io.tallygate.http.degradation;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/**
 * The shapes of requests and answers, for the OpenAPI description. Nothing reads or writes JSON through these. A test holds
 * them against what the server answers.
 */
final class DegradationSchemas {

    private static final String OF_ALL = "Absent for all features that have no override of their own";

    private DegradationSchemas() {}

    @Schema(name = "DegradationOverrideRequest")
    record OverrideRequest(
            @Schema(type = "string", allowableValues = {"normal", "degraded", "minimal"},
                    requiredMode = Schema.RequiredMode.REQUIRED) String level,
            @Schema(description = OF_ALL, example = "leaderboards",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String feature,
            @Schema(description = "For people: 1 to 256 bytes of UTF-8 without control characters", example = "drill",
                    requiredMode = Schema.RequiredMode.REQUIRED) String reason,
            @Schema(description = "From 1s to 24h", example = "10m",
                    requiredMode = Schema.RequiredMode.REQUIRED) String ttl){}

    @Schema(name = "DegradationOverrideSet")
    record OverrideSet(String level,
            @Schema(description = OF_ALL, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String feature,
            String reason, Instant until,
            @Schema(description = "`all`: every process with the same store; `node`: the one that answered alone, for nothing shares it or that did not answer",
                    type = "string", allowableValues = {"node", "all"}) String scope){}

    @Schema(name = "DegradationOverrideCleared")
    record OverrideCleared(@Schema(type = "string", allowableValues = {"node", "all"}) String scope){}

    @Schema(name = "DegradationOverride")
    record OverrideShape(String level,
            @Schema(description = OF_ALL, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String feature,
            String reason, Instant until,
            @Schema(description = "The name of the token that set it") String by) {}

    @Schema(name = "DegradationNeed")
    record NeedShape(@Schema(example = "store") String name,
            @Schema(description = "Whether the feature is `minimal` without it, and not `degraded`") boolean critical) {}

    @Schema(name = "DegradationFeature")
    record FeatureShape(@Schema(example = "counter-reads") String name,
            @Schema(type = "string", allowableValues = {"normal", "degraded", "minimal"}) String level,
            @Schema(description = "What it would be without an override", type = "string",
                    allowableValues = {"normal", "degraded", "minimal"}) String automaticLevel,
            @Schema(description = "Empty when there is nothing to say") List<String> why,
            @Schema(description = "Since when the automatic level is this one") Instant since, List<NeedShape> needs,
            @Schema(description = "Of the calls that try a better level now; 0 when none do") int recoveringPercent,
            @Schema(description = "At the best level that is called, of the last 5 seconds") long calls,
            @Schema(description = "Of those") long failures,
            @Schema(description = "Since the start of the process") long degradedAnswers){}

    @Schema(name = "DegradationProbe")
    record ProbeShape(@Schema(example = "store") String name, boolean critical,
            @Schema(description = "Not after 3 failures in a row; again after 5 answers in a row") boolean good,
            @Schema(description = "Whether the last question failed") boolean failing,
            @Schema(description = "Why", requiredMode = Schema.RequiredMode.NOT_REQUIRED) String failure,
            @Schema(description = "Absent before the first question",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) long latencyMillis) {}

    @Schema(name = "DegradationNode")
    record NodeShape(String node, String level, @Schema(description = "When it told so") Instant at) {}

    @Schema(name = "DegradationChange")
    record ChangeShape(Instant at, String feature, String from, String to, String why) {}

    @Schema(name = "Degradation")
    record StatusShape(
            @Schema(description = "The worst of all features", type = "string",
                    allowableValues = {"normal", "degraded", "minimal"}) String level,
            @Schema(description = "The process that answers; another name at each start") String node, List<String> why,
            List<FeatureShape> features, List<ProbeShape> probes, List<OverrideShape> overrides,
            @Schema(description = "Other processes with the same store") List<NodeShape> nodes,
            @Schema(description = "The last 100 changes, newest first") List<ChangeShape> history){}
}
