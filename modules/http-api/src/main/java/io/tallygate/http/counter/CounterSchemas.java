package io.tallygate.http.counter;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.tallygate.counter.Increment;
import io.tallygate.http.ProblemShape;
import io.tallygate.ledger.Reading;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of requests and answers, for the OpenAPI description. Nothing reads or writes JSON through these: requests
 * and answers are streamed. A test holds them against what the server answers.
 */
final class CounterSchemas {

    private static final String ID = "1 to 256 bytes of UTF-8 without control characters";
    private static final String DELTA = "From -2^53 to 2^53 and not 0; an integer without fraction or exponent";

    private CounterSchemas() {}

    @Schema(name = "Increment")
    record IncrementRequest(
            @Schema(description = ID, example = "article-42", minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.REQUIRED) String resourceId,
            @Schema(description = ID, example = "views", minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.REQUIRED) String counterType,
            @Schema(description = DELTA, defaultValue = "1", minimum = "-9007199254740992",
                    maximum = "9007199254740992", example = "1",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Long delta,
            @Schema(description = "Another name of delta; both may be given when they are equal",
                    minimum = "-9007199254740992", maximum = "9007199254740992",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Long increment,
            @Schema(description = "Who does it. Where recommendations are enabled, what adds is kept as this user's history. "
                    + ID, minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String userId,
            @Schema(description = "Answer 202 at once from memory, and commit soon after", defaultValue = "false",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean async,
            @Schema(description = "Its idempotency key, as over gRPC and in a batch; equal to the header `Idempotency-Key` when both are given. "
                    + ID, minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId) {}

    @Schema(name = "Operation")
    record OperationRequest(
            @Schema(description = ID, example = "article-42", minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.REQUIRED) String resourceId,
            @Schema(description = ID, example = "views", minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.REQUIRED) String counterType,
            @Schema(description = DELTA, defaultValue = "1", minimum = "-9007199254740992",
                    maximum = "9007199254740992", example = "1",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Long delta,
            @Schema(description = "Another name of delta; both may be given when they are equal",
                    minimum = "-9007199254740992", maximum = "9007199254740992",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Long increment,
            @Schema(description = "Who does it. Where recommendations are enabled, what adds is kept as this user's history. "
                    + ID, minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String userId,
            @Schema(description = "This operation's own idempotency key. "
                    + ID, minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId) {}

    @Schema(name = "Batch")
    record BatchRequest(
            @ArraySchema(minItems = 1, maxItems = 1000,
                    arraySchema = @Schema(
                            requiredMode = Schema.RequiredMode.REQUIRED)) List<OperationRequest> operations,
            @Schema(description = "Answer 202 at once from memory, and commit soon after", defaultValue = "false",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean async,
            @Schema(description = "The idempotency key of the operations that have none, instead of the header `Idempotency-Key`. "
                    + ID, minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId) {}

    @Schema(name = "CounterName")
    record CounterName(
            @Schema(description = ID, example = "article-42", minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.REQUIRED) String resourceId,
            @Schema(description = ID, example = "views", minLength = 1, maxLength = 256,
                    requiredMode = Schema.RequiredMode.REQUIRED) String counterType) {}

    @Schema(name = "Queries")
    record QueriesRequest(
            @ArraySchema(minItems = 1, maxItems = 1000,
                    arraySchema = @Schema(requiredMode = Schema.RequiredMode.REQUIRED)) List<CounterName> queries) {}

    @Schema(name = "Value")
    record Value(
            @Schema(example = "article-42") String resourceId,
            @Schema(example = "views") String counterType,
            @Schema(description = "The counter right after this increment", example = "1001") long value) {}

    @Schema(name = "Accepted")
    record Accepted(
            @Schema(example = "article-42") String resourceId,
            @Schema(example = "views") String counterType,
            @Schema(example = "true") boolean accepted) {}

    @Schema(name = "BatchAccepted")
    record BatchAccepted(@Schema(description = "How many operations were taken", example = "100") int accepted) {}

    @Schema(name = "Result", description = "What became of one operation")
    record Result(
            @Schema(type = "string", allowableValues = {"applied", "accepted", "invalid",
                    "failed"}, example = "applied",
                    description = "`invalid`: it breaks a rule, would overflow or is no number in the store, nothing was changed; `failed`: the "
                            + "store or the server could not take it, `error` says whether the outcome is known") String status,
            @Schema(description = "When applied: the counter right after it", example = "1001",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Long value,
            @Nullable ProblemShape error){}

    @Schema(name = "Results")
    record Results(
            @Schema(description = "Operations taken into memory, when `async`",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Integer accepted,
            @Schema(description = "One for each operation, in their order") List<Result> results) {}

    @Schema(name = "Reading")
    record ReadingShape(
            @Schema(example = "article-42") String resourceId,
            @Schema(example = "views") String counterType,
            @Schema(description = "0 for a counter never written", example = "1001") long value,
            @Schema(description = "When the store held this value for certain") Instant asOf) {}

    @Schema(name = "Readings")
    record Readings(@Schema(description = "In the order asked") List<ReadingShape> results) {}

    @Schema(name = "LeaderboardEntry")
    record Entry(
            @Schema(description = "From 1", example = "1") int rank,
            @Schema(example = "article-42") String resourceId,
            @Schema(example = "1001") long value,
            @Schema(description = "How far the value may be from the true one, either way; 0 when it is exact",
                    example = "0") long maxError) {}

    @Schema(name = "Leaderboard")
    record LeaderboardShape(
            @Schema(description = "Highest value first") List<Entry> entries,
            @Schema(example = "24h") String window,
            @Schema(description = "When this was true") Instant asOf,
            @Schema(description = "Whether it is the last one that was known, or empty, because what it needs is away",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean stale) {}
}
