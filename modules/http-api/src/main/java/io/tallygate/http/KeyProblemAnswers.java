package io.tallygate.http;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For the OpenAPI description: the further problem of a call that an idempotency key makes repeatable. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ApiResponse(responseCode = "422", description = "`idempotency-key-reused`: nothing was changed",
        content = @Content(mediaType = ApiDescription.PROBLEM, schema = @Schema(implementation = ProblemShape.class)))
public @interface KeyProblemAnswers {
}
