package io.tallygate.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.access.Scope;
import java.util.concurrent.CompletionStage;

/** The process's metrics, in a format that Prometheus scrapes. */
@Controller(MetricsController.PATH)
@Requires(beans = PrometheusMeterRegistry.class)
@NeverLimited
final class MetricsController {

    static final String PATH = "/metrics";

    private final Scrapes scrapes;

    MetricsController(Scrapes scrapes) {
        this.scrapes = scrapes;
    }

    @Get
    @RequiresScope(Scope.READ)
    @Operation(tags = "Operations", operationId = "metrics",
            summary = "Read metrics in Prometheus's text format or as OpenMetrics")
    @ApiResponse(responseCode = "200", description = "all metrics; `Accept` chooses the format", content = {
            @Content(mediaType = "text/plain", schema = @Schema(type = "string")),
            @Content(mediaType = "application/openmetrics-text", schema = @Schema(type = "string"))})
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> scrape(HttpRequest<?> request) {
        Representation format = Representation.best(request, Representation.PROMETHEUS, Representation.OPENMETRICS);
        return scrapes.in(format).thenApply(metrics -> HttpResponse.ok(metrics).contentType(format.contentType())
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT));
    }
}
