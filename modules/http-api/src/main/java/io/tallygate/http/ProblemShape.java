package io.tallygate.http;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** The shape of a problem, for the OpenAPI description. Nothing reads or writes JSON through it. */
@Schema(name = "Problem", description = "An error, after RFC 9457")
public record ProblemShape(
        @Schema(description = "A stable name", example = "urn:tallygate:problem:invalid-input") String type,
        @Schema(example = "The request breaks a rule") String title,
        @Schema(example = "400") int status,
        @Schema(example = "delta must be an integer from -2^53 to 2^53, and not 0") String detail,
        @Schema(description = "What breaks a rule, when that is the reason",
                requiredMode = Schema.RequiredMode.NOT_REQUIRED) List<FieldError> errors) {

    @Schema(name = "FieldError")
    public record FieldError(
            @Schema(description = "Where, as its sender wrote it", example = "operations[3].delta") String field,
            @Schema(description = "What it held, shortened to 64 characters", example = "0") String value,
            @Schema(example = "must be an integer from -2^53 to 2^53, and not 0") String rule) {}
}
