package io.tallygate.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.tallygate.access.Scope;
import java.util.concurrent.CompletionStage;

/** The process's metrics, in the text format that Prometheus scrapes. */
@Controller(MetricsController.PATH)
@Requires(beans = PrometheusMeterRegistry.class)
final class MetricsController {

    static final String PATH = "/metrics";

    private final Scrapes scrapes;

    MetricsController(Scrapes scrapes) {
        this.scrapes = scrapes;
    }

    @Get
    @Produces("text/plain; version=0.0.4; charset=utf-8")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Operations", operationId = "metrics", summary = "Metrics in Prometheus's text format", security = @SecurityRequirement(name = ApiDescription.SECURITY))
    @ApiResponse(responseCode = "200", description = "all metrics", content = @Content(mediaType = "text/plain", schema = @Schema(type = "string")))
    @ProblemAnswers
    CompletionStage<byte[]> scrape() {
        return scrapes.text();
    }
}
