package io.tallygate.http.ratelimit;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.tallygate.http.ProblemShape;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of requests and answers, for the OpenAPI description. Nothing reads or writes JSON through these. A test holds
 * them against what the server answers.
 */
final class RateLimitSchemas {

    /** What a domain in a path may be. */
    static final String PATH_ID = "1 to 256 bytes of UTF-8 without control characters, percent-encoded";

    private static final String ID = "1 to 256 bytes of UTF-8 without control characters";
    private static final String HITS = "How many to count, from -2^31 to 2^31-1; 0 only looks, a negative number gives back";
    private static final String LEASE = "What an allowed check of a `concurrency` limit has answered";

    private RateLimitSchemas() {}

    @Schema(name = "RateLimitEntry")
    record EntryShape(
            @Schema(description = ID, example = "user", requiredMode = Schema.RequiredMode.REQUIRED) String key,
            @Schema(description = "A string of up to 1024 characters, or an integer; empty by default", example = "42",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String value) {}

    @Schema(name = "RateLimitOwnLimit",
            description = "A limit in place of the rules, where the domain has any; needs the scope admin")
    record OwnLimitShape(
            @Schema(description = "From 0 to 4294967295", example = "100",
                    requiredMode = Schema.RequiredMode.REQUIRED) long requestsPerUnit,
            @Schema(description = "A fixed window",
                    type = "string", allowableValues = {"second", "minute", "hour", "day", "week", "month", "year"},
                    requiredMode = Schema.RequiredMode.REQUIRED) String unit){}

    @Schema(name = "RateLimitDescriptor")
    record DescriptorShape(
            @ArraySchema(minItems = 1, maxItems = 16, arraySchema = @Schema(description = "In the order of the rules",
                    requiredMode = Schema.RequiredMode.REQUIRED)) List<EntryShape> entries,
            @Schema(description = "Of this descriptor. " + HITS, example = "1",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Long hits,
            @Nullable OwnLimitShape limit) {}

    @Schema(name = "RateLimitCheck")
    record CheckRequest(
            @Schema(description = "Whose rules. " + ID, example = "shop",
                    requiredMode = Schema.RequiredMode.REQUIRED) String domain,
            @ArraySchema(minItems = 1, maxItems = 20,
                    arraySchema = @Schema(description = "What it is limited by",
                            requiredMode = Schema.RequiredMode.REQUIRED)) List<DescriptorShape> descriptors,
            @Schema(description = HITS, example = "1", defaultValue = "1",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Long hits,
            @Schema(description = "Count beyond the limits, too: a cost that is known afterwards",
                    defaultValue = "false", requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean force) {}

    @Schema(name = "RateLimitCheckBatch")
    record CheckBatchRequest(
            @ArraySchema(minItems = 1, maxItems = 1000, arraySchema = @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED)) List<CheckRequest> checks) {}

    @Schema(name = "RateLimitReset")
    record ResetRequest(
            @Schema(description = ID, example = "shop", requiredMode = Schema.RequiredMode.REQUIRED) String domain,
            @ArraySchema(minItems = 1, maxItems = 20, arraySchema = @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED)) List<DescriptorShape> descriptors) {}

    @Schema(name = "RateLimitLeaseRequest")
    record LeaseRequest(
            @Schema(description = LEASE, requiredMode = Schema.RequiredMode.REQUIRED) String leaseId) {}

    @Schema(name = "RateLimitLease")
    record LeaseShape(@Schema(description = LEASE) String leaseId,
            @Schema(description = "When it ends unless it is renewed") Instant expiresAt) {}

    @Schema(name = "RateLimit")
    record LimitShape(@Schema(description = "Its own name, else its path and window", example = "user-1h") String name,
            @Schema(type = "string", allowableValues = {"fixed_window", "token_bucket", "sliding_window", "sliding_log",
                    "concurrency"}) String algorithm,
            @Schema(example = "100") long limit,
            @Schema(description = "null for `concurrency`", example = "3600") @Nullable BigDecimal windowSeconds,
            @Schema(description = "How many more hits would pass now", example = "99") long remaining,
            @Schema(description = "Until the whole limit is there again; null where that is not known",
                    example = "12.5") @Nullable BigDecimal resetAfterSeconds,
            @Schema(description = "Until as many hits pass, if nothing else is counted; null when they passed, or never will") @Nullable BigDecimal retryAfterSeconds,
            boolean allowed){}

    @Schema(name = "RateLimitAnswer")
    record CheckShape(boolean allowed,
            @Schema(description = "Whether it passed beyond a limit, because of `force`",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean over,
            @Schema(description = "Why it never will pass", type = "string", allowableValues = "exceeds-limit",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String reason,
            @Schema(description = "What decided: the store, this process because the store did not answer in time, or a rule's `on_failure` alone",
                    type = "string", allowableValues = {"store", "local", "policy"}) String source,
            @Schema(description = "Of the permits that were taken; one for all `concurrency` limits",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String leaseId,
            @Schema(description = "When the permits end unless they are renewed",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant expiresAt,
            List<LimitShape> limits){}

    @Schema(name = "RateLimitResult")
    record CheckResultShape(
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean allowed,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean over,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) String reason,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) String source,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) String leaseId,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant expiresAt,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) List<LimitShape> limits,
            @Nullable ProblemShape error) {}

    @Schema(name = "RateLimitResults")
    record CheckResults(List<CheckResultShape> results) {}

    @Schema(name = "RateLimitRules")
    record RulesShape(List<ActiveShape> rules) {}

    @Schema(name = "RateLimitRulesOfDomain")
    record ActiveShape(String domain,
            @Schema(description = "Where they come from", type = "string",
                    allowableValues = {"file", "api"}) String origin,
            @Schema(description = "Their version") String etag){}

    @Schema(name = "RateLimitValidation")
    record ValidationShape(boolean valid, List<RuleProblemShape> problems) {}

    @Schema(name = "RateLimitRuleProblem")
    record RuleProblemShape(@Schema(example = "body") String file,
            @Schema(description = "From 1; 0 where that is not known", example = "7") int line,
            @Schema(description = "The descriptor", example = "shop.user.endpoint_GET *") String key,
            @Schema(description = "What is wrong, and what would be right") String message) {}
}
