package io.tallygate.http;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For the OpenAPI description: the problems that every call of the API can end in. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ApiResponse(responseCode = "400", description = "`invalid-input`, `malformed-json` or `bad-request`",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
@ApiResponse(responseCode = "401", description = "`unauthenticated`: tokens are configured, and no valid one came",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
@ApiResponse(responseCode = "403", description = "`forbidden`: the token lacks the scope",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
@ApiResponse(responseCode = "406", description = "`not-acceptable`",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
@ApiResponse(responseCode = "408", description = "`request-timeout`: the request did not arrive whole in time",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
@ApiResponse(responseCode = "421", description = "`misdirected-request`: without tokens, the `Host` is not loopback",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
@ApiResponse(responseCode = "500", description = "`internal-error`, or `wrong-type`: the store holds no number there",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
@ApiResponse(responseCode = "503", description = "`overloaded`, `commit-timeout`, `shutting-down`, "
        + "`store-unavailable` or `degraded`; the header `Retry-After` says after how many seconds to come again",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
public @interface ProblemAnswers {
}
