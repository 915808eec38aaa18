package io.tallygate.http.quota;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.http.ApiDescription;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For the OpenAPI description: what a call that takes of a limit answers when it does not leave that much. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ApiResponse(responseCode = "429",
        description = "`quota-exceeded`: nothing was changed. The decision, `RateLimit` and `RateLimit-Policy` say which limits do not leave that much, `Retry-After` when they begin again",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = QuotaSchemas.DenialShape.class)))
@interface DenialAnswer {
}
