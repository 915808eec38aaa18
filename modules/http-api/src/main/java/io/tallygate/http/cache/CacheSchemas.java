package io.tallygate.http.cache;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * The shapes of requests and answers, for the OpenAPI description. Nothing reads or writes JSON through these. A test
 * holds them against what the server answers.
 */
final class CacheSchemas {

    static final String NAME = "What the cache is called";
    static final String KEY = "1 to 256 bytes of UTF-8 without control characters, percent-encoded";
    static final String SENT = "forgotten here, and every other process has been told";
    static final String PENDING = "forgotten here; other processes are told once Redis answers";

    private CacheSchemas() {}

    @Schema(name = "Caches")
    record CachesShape(@Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<CacheShape> caches) {}

    @Schema(name = "Cache")
    record CacheShape(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String cache,
            @Schema(description = "Values in memory", requiredMode = Schema.RequiredMode.REQUIRED) long entries,
            @Schema(description = "Answers from memory", requiredMode = Schema.RequiredMode.REQUIRED) long localHits,
            @Schema(description = "Answers from what processes share",
                    requiredMode = Schema.RequiredMode.REQUIRED) long sharedHits,
            @Schema(description = "Times that the source was asked",
                    requiredMode = Schema.RequiredMode.REQUIRED) long loads,
            @Schema(description = "Of hits and loads, the part from memory",
                    requiredMode = Schema.RequiredMode.REQUIRED) double localShare,
            @Schema(description = "The part from what processes share",
                    requiredMode = Schema.RequiredMode.REQUIRED) double sharedShare,
            @Schema(description = "The part from the source",
                    requiredMode = Schema.RequiredMode.REQUIRED) double loadShare,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) long loadFailures,
            @Schema(description = "How long the source took",
                    requiredMode = Schema.RequiredMode.REQUIRED) double loadMillisMean,
            @Schema(description = "Questions that waited for another one's answer",
                    requiredMode = Schema.RequiredMode.REQUIRED) long joined,
            @Schema(description = "Answers with a value whose life was over",
                    requiredMode = Schema.RequiredMode.REQUIRED) long staleAnswers,
            @Schema(description = "Values that gave way to others",
                    requiredMode = Schema.RequiredMode.REQUIRED) long evictions,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) long earlyRefreshes,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) long invalidationsSent,
            @Schema(description = "Those of this process among them",
                    requiredMode = Schema.RequiredMode.REQUIRED) long invalidationsReceived,
            @Schema(description = "Not sent yet, because Redis does not answer",
                    requiredMode = Schema.RequiredMode.REQUIRED) long invalidationsPending,
            @Schema(description = "Times that values in memory could not be trusted, because messages were late or lost",
                    requiredMode = Schema.RequiredMode.REQUIRED) long resyncs,
            @Schema(description = "Values that were not taken for all processes, because something was invalidated meanwhile",
                    requiredMode = Schema.RequiredMode.REQUIRED) long fillsRefused,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) long sharedFailures,
            @Schema(description = "Values of another version of the program",
                    requiredMode = Schema.RequiredMode.REQUIRED) long unreadable,
            @Schema(description = "Keys that warm-ups have still to ask for",
                    requiredMode = Schema.RequiredMode.REQUIRED) long warmUpLeft) {}

    @Schema(name = "CacheWarmUp")
    record WarmUpRequest(
            @Schema(description = "1 to 10000, each 1 to 256 bytes of UTF-8 without control characters",
                    requiredMode = Schema.RequiredMode.REQUIRED) List<String> keys) {}

    @Schema(name = "CacheWarmedUp")
    record WarmUpShape(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) int loaded,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) int failed,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) long millis) {}

    @Schema(name = "CachePending")
    record PendingShape(@Schema(requiredMode = Schema.RequiredMode.REQUIRED) boolean pending) {}
}
