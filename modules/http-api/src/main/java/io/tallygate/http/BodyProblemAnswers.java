package io.tallygate.http;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For the OpenAPI description: the further problems of a call with a body. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ApiResponse(responseCode = "413",
        description = "`content-too-large`: the body is larger than 1 MiB, as sent or inflated",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
@ApiResponse(responseCode = "415",
        description = "`unsupported-media-type`: the body is not `application/json` in UTF-8; `unsupported-content-coding`: it is compressed with another coding than gzip",
        content = @Content(mediaType = ApiDescription.PROBLEM,
                schema = @Schema(implementation = ProblemShape.class)))
public @interface BodyProblemAnswers {
}
