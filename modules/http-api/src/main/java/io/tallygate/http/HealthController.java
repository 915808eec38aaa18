package io.tallygate.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.health.HealthStatus;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Liveness;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.kernel.HealthNotes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether this process works, asked of every {@link HealthIndicator} bean.
 *
 * <p>Not the framework's own endpoint: its two filters would be matched against every request of the hot path, for
 * about a tenth of its throughput.
 */
@Controller("/health")
@NeverLimited
final class HealthController {

    private static final Logger LOG = LoggerFactory.getLogger(HealthController.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Schema(name = "Health")
    record Health(@Schema(type = "string", allowableValues = {"UP", "DOWN"}, example = "UP") String status,
            @Schema(description = "How domains do, by name; of /health alone, and absent when there is nothing to tell",
                    nullable = true) Map<String, Object> details,
            @Schema(description = "What is not as it should be, though the process works: such as a file of rules that is wrong",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) List<String> notes){}

    private final List<HealthIndicator> all;
    private final List<HealthIndicator> liveness;
    private final List<HealthIndicator> readiness;
    private final List<HealthIndicator> advisory;
    private final List<HealthNotes> notes;

    HealthController(List<HealthIndicator> all, @Liveness List<HealthIndicator> liveness,
            @Advisory List<HealthIndicator> advisory, List<HealthNotes> notes) {
        this.notes = notes;
        this.all = all;
        this.liveness = liveness;
        this.advisory = advisory;
        this.readiness = all.stream()
                .filter(indicator -> !liveness.contains(indicator) && !advisory.contains(indicator)).toList();
    }

    @Get
    @Operation(tags = "Operations", operationId = "health", summary = "Whether this process works")
    @ApiResponse(responseCode = "200", description = "it does",
            content = @Content(schema = @Schema(implementation = Health.class)))
    @ApiResponse(responseCode = "503", description = "it does not",
            content = @Content(schema = @Schema(implementation = Health.class)))
    CompletionStage<HttpResponse<byte[]>> health(HttpRequest<?> request) {
        Representation.JSON.requireAcceptedBy(request);
        return allUp(all).zipWith(details(), this::answer).toFuture();
    }

    private HttpResponse<byte[]> answer(boolean up, Map<String, Object> details) {
        return answer(up, details, notes.stream().flatMap(of -> of.notes().stream()).toList());
    }

    /** What advisory indicators tell beyond their status, by their names. One that fails has nothing to tell. */
    private Mono<Map<String, Object>> details() {
        return Flux.fromIterable(advisory).flatMap(indicator -> Flux.defer(indicator::getResult).timeout(TIMEOUT)
                .onErrorComplete())
                .filter(result -> result.getDetails() instanceof Map<?, ?> details && !details.isEmpty())
                .collect(TreeMap::new, (all, result) -> all.put(result.getName(), result.getDetails()));
    }

    @Get("/liveness")
    @Operation(tags = "Operations", operationId = "liveness", summary = "Whether this process should be kept running")
    @ApiResponse(responseCode = "200", description = "it should",
            content = @Content(schema = @Schema(implementation = Health.class)))
    @ApiResponse(responseCode = "503", description = "a restart is needed",
            content = @Content(schema = @Schema(implementation = Health.class)))
    CompletionStage<HttpResponse<byte[]>> liveness(HttpRequest<?> request) {
        return answer(request, liveness);
    }

    @Get("/readiness")
    @Operation(tags = "Operations", operationId = "readiness", summary = "Whether this process should get traffic")
    @ApiResponse(responseCode = "200", description = "it should",
            content = @Content(schema = @Schema(implementation = Health.class)))
    @ApiResponse(responseCode = "503", description = "something that it needs does not answer",
            content = @Content(schema = @Schema(implementation = Health.class)))
    CompletionStage<HttpResponse<byte[]>> readiness(HttpRequest<?> request) {
        return answer(request, readiness);
    }

    private static CompletionStage<HttpResponse<byte[]>> answer(
            HttpRequest<?> request, List<HealthIndicator> indicators) {
        Representation.JSON.requireAcceptedBy(request);
        return allUp(indicators).map(up -> answer(up, Map.of(), List.of())).toFuture();
    }

    private static Mono<Boolean> allUp(List<HealthIndicator> indicators) {
        return Flux.fromIterable(indicators).flatMap(HealthController::isUp).all(up -> up);
    }

    /** An indicator that fails or does not answer in time says no. */
    private static Mono<Boolean> isUp(HealthIndicator indicator) {
        return Flux.defer(indicator::getResult)
                .map(HealthResult::getStatus)
                .all(status -> !HealthStatus.DOWN.equals(status) && status.getOperational().orElse(true))
                .timeout(TIMEOUT)
                .onErrorResume(failure -> {
                    LOG.warn("{} failed", indicator.getClass().getSimpleName(), failure);
                    return Mono.just(false);
                });
    }

    private static HttpResponse<byte[]> answer(boolean up, Map<String, Object> details, List<String> notes) {
        return Answers.json(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, out -> {
            out.writeStartObject();
            out.writeStringField("status", up ? "UP" : "DOWN");
            if (!details.isEmpty()) {
                out.writeFieldName("details");
                write(out, details);
            }
            if (!notes.isEmpty()) {
                out.writeArrayFieldStart("notes");
                for (String note : notes) {
                    out.writeString(note);
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        });
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        switch (value) {
            case Map<?, ?> members -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> member : members.entrySet()) {
                    out.writeFieldName(String.valueOf(member.getKey()));
                    write(out, member.getValue());
                }
                out.writeEndObject();
            }
            case Boolean flag -> out.writeBoolean(flag);
            case Number number -> out.writeNumber(number.longValue());
            default -> out.writeString(value.toString());
        }
    }
}
