package io.tallygate.http.counter;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.http.ApiDescription;
import io.tallygate.http.BodyProblemAnswers;
import io.tallygate.http.KeyProblemAnswers;
import io.tallygate.http.Origin;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the OpenAPI description says of each call of counters and leaderboards. */
final class CounterCalls {

    private static final String ID = "1 to 256 bytes of UTF-8 without control characters, percent-encoded";
    private static final String CONSISTENCY = "`cached` may answer from the read cache; `strong` asks the store";

    private CounterCalls() {}

    @Operation(tags = "Counters", operationId = "increment",
            summary = "Add to one counter",
            description = "Answered after the commit, with the value right after this increment",
            parameters = @Parameter(name = Origin.KEY_HEADER, in = ParameterIn.HEADER, description = ApiDescription.KEY,
                    schema = @Schema(type = "string", minLength = 1, maxLength = 256)))
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = CounterSchemas.IncrementRequest.class)))
    @ApiResponse(responseCode = "200", description = "committed",
            content = @Content(schema = @Schema(implementation = CounterSchemas.Value.class)))
    @ApiResponse(responseCode = "202", description = "taken into memory, when `async`",
            content = @Content(schema = @Schema(implementation = CounterSchemas.Accepted.class)))
    @ApiResponse(responseCode = "409", description = "`counter-overflow`: nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @KeyProblemAnswers
    @ProblemAnswers
    @BodyProblemAnswers
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Increment {
    }

    @Operation(tags = "Counters", operationId = "batchIncrement",
            summary = "Add to up to 1000 counters", description = "Invalid operations do not stop the others",
            parameters = @Parameter(name = Origin.KEY_HEADER, in = ParameterIn.HEADER, description = ApiDescription.KEY,
                    schema = @Schema(type = "string", minLength = 1, maxLength = 256)))
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = CounterSchemas.BatchRequest.class)))
    @ApiResponse(responseCode = "200", description = "all are committed",
            content = @Content(schema = @Schema(implementation = CounterSchemas.Results.class)))
    @ApiResponse(responseCode = "202", description = "all are taken into memory, when `async`",
            content = @Content(schema = @Schema(implementation = CounterSchemas.BatchAccepted.class)))
    @ApiResponse(responseCode = "207",
            description = "some are invalid or failed; the others are committed, or accepted when `async`",
            content = @Content(schema = @Schema(implementation = CounterSchemas.Results.class)))
    @KeyProblemAnswers
    @ProblemAnswers
    @BodyProblemAnswers
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface BatchIncrement {
    }

    @Operation(tags = "Counters", operationId = "get", summary = "Read one counter",
            parameters = {
                    @Parameter(name = "resource_id", in = ParameterIn.PATH, required = true, description = ID,
                            schema = @Schema(type = "string")),
                    @Parameter(name = "counter_type", in = ParameterIn.PATH, required = true, description = ID,
                            schema = @Schema(type = "string")),
                    @Parameter(name = "consistency", in = ParameterIn.QUERY, description = CONSISTENCY,
                            schema = @Schema(type = "string", allowableValues = {
                                    "cached", "strong"}, defaultValue = "cached"))})
    @ApiResponse(responseCode = "200", description = "its value",
            content = @Content(schema = @Schema(implementation = CounterSchemas.ReadingShape.class)))
    @ProblemAnswers
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Get {
    }

    @Operation(tags = "Counters", operationId = "getAll", summary = "Read up to 1000 counters",
            parameters = @Parameter(name = "consistency", in = ParameterIn.QUERY, description = CONSISTENCY,
                    schema = @Schema(type = "string", allowableValues = {
                            "cached", "strong"}, defaultValue = "cached")))
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = CounterSchemas.QueriesRequest.class)))
    @ApiResponse(responseCode = "200", description = "their values",
            content = @Content(schema = @Schema(implementation = CounterSchemas.Readings.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface GetAll {
    }

    @Operation(tags = "Counters", operationId = "delete", summary = "Forget one counter",
            description = "Idempotent", parameters = {
                    @Parameter(name = "resource_id", in = ParameterIn.PATH, required = true, description = ID,
                            schema = @Schema(type = "string")),
                    @Parameter(name = "counter_type", in = ParameterIn.PATH, required = true, description = ID,
                            schema = @Schema(type = "string"))},
            responses = @ApiResponse(responseCode = "204", description = "its value is 0 now"))
    @ProblemAnswers
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Delete {
    }

    @Operation(tags = "Leaderboards", operationId = "top", summary = "List the resources with the highest values",
            parameters = {
                    @Parameter(name = "counter_type", in = ParameterIn.PATH, required = true,
                            description = ID, schema = @Schema(type = "string")),
                    @Parameter(name = "window", in = ParameterIn.QUERY,
                            description = "Over which time; `all` is the counters' values",
                            schema = @Schema(type = "string", allowableValues = {
                                    "1m", "1h", "24h", "all"}, defaultValue = "all")),
                    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "How many entries at most",
                            schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "10"))})
    @ApiResponse(responseCode = "200", description = "highest first",
            content = @Content(schema = @Schema(implementation = CounterSchemas.LeaderboardShape.class)))
    @ApiResponse(responseCode = "501", description = "`not-supported`: this deployment does not keep this window",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Top {
    }
}
