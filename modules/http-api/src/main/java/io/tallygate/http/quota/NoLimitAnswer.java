package io.tallygate.http.quota;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.http.ApiDescription;
import io.tallygate.http.ProblemShape;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For the OpenAPI description: the further problem of a call that is about a subject's limits. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ApiResponse(responseCode = "404", description = "`unknown-subject`, `unknown-plan` or `unknown-quota-type`",
        content = @Content(mediaType = ApiDescription.PROBLEM, schema = @Schema(implementation = ProblemShape.class)))
@interface NoLimitAnswer {
}
