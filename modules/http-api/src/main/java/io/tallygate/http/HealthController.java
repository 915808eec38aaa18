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
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.kernel.HealthNotes;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
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
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);
    private static final String OURS = "io.tallygate.";

    @Schema(name = "Health")
    record Health(@Schema(type = "string", allowableValues = {"UP", "DOWN"}, example = "UP") String status,
            @Schema(description = "How what it needs and its domains do, by name; of /health alone, and absent when there is nothing to tell",
                    nullable = true) Map<String, Object> details,
            @Schema(description = "What is not as it should be, though the process works: such as a file of rules that is wrong",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) List<String> notes){}

    private final List<HealthIndicator> all;
    private final List<HealthIndicator> liveness;
    private final List<HealthIndicator> readiness;
    private final List<HealthNotes> notes;
    private volatile @Nullable Disposable waiting;

    HealthController(List<HealthIndicator> all, @Liveness List<HealthIndicator> liveness,
            @Advisory List<HealthIndicator> advisory, List<HealthNotes> notes) {
        this.notes = notes;
        this.all = all;
        this.liveness = liveness;
        this.readiness = all.stream()
                .filter(indicator -> !liveness.contains(indicator) && !advisory.contains(indicator)).toList();
    }

    /** Asks until this process is ready: it may be so for the first time, and no longer when somebody else asks. */
    @EventListener
    void started(ServerStartupEvent event) {
        if (waiting == null) {
            waiting = Mono.defer(() -> ask(readiness).all(HealthController::isUp)).filter(up -> up)
                    .repeatWhenEmpty(rounds -> rounds.delayElements(ASK_EVERY)).subscribe();
        }
    }

    @PreDestroy
    void close() {
        Disposable begun = waiting;
        if (begun != null) {
            begun.dispose();
        }
    }

    @Get
    @Operation(tags = "Operations", operationId = "health", summary = "Ask whether this process works")
    @ApiResponse(responseCode = "200", description = "it does",
            content = @Content(schema = @Schema(implementation = Health.class)))
    @ApiResponse(responseCode = "503", description = "it does not",
            content = @Content(schema = @Schema(implementation = Health.class)))
    CompletionStage<HttpResponse<byte[]>> health(HttpRequest<?> request) {
        Representation.JSON.requireAcceptedBy(request);
        return Flux.fromIterable(all).flatMap(indicator -> ask(indicator).map(result -> told(indicator, result)))
                .collectList().map(this::answer).toFuture();
    }

    /** What indicators of the framework say beyond their status is about its own parts. */
    private static HealthResult told(HealthIndicator indicator, HealthResult result) {
        return indicator.getClass().getName().startsWith(OURS)
                ? result
                : HealthResult.builder(result.getName(), result.getStatus()).build();
    }

    private HttpResponse<byte[]> answer(List<HealthResult> results) {
        var details = new TreeMap<String, Object>();
        for (HealthResult result : results) {
            if (result.getDetails() instanceof Map<?, ?> told && !told.isEmpty()) {
                details.put(result.getName(), told);
            }
        }
        return answer(results.stream().allMatch(HealthController::isUp), details,
                notes.stream().flatMap(of -> of.notes().stream()).toList());
    }

    @Get("/liveness")
    @Operation(tags = "Operations", operationId = "liveness",
            summary = "Ask whether this process should be kept running")
    @ApiResponse(responseCode = "200", description = "it should",
            content = @Content(schema = @Schema(implementation = Health.class)))
    @ApiResponse(responseCode = "503", description = "a restart is needed",
            content = @Content(schema = @Schema(implementation = Health.class)))
    CompletionStage<HttpResponse<byte[]>> liveness(HttpRequest<?> request) {
        return answer(request, liveness);
    }

    @Get("/readiness")
    @Operation(tags = "Operations", operationId = "readiness", summary = "Ask whether this process should get traffic")
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
        return ask(indicators).all(HealthController::isUp).map(up -> answer(up, Map.of(), List.of())).toFuture();
    }

    private static Flux<HealthResult> ask(List<HealthIndicator> indicators) {
        return Flux.fromIterable(indicators).flatMap(HealthController::ask);
    }

    /** An indicator that fails or does not answer in time says no. */
    private static Flux<HealthResult> ask(HealthIndicator indicator) {
        return Flux.defer(indicator::getResult)
                .timeout(TIMEOUT)
                .onErrorResume(failure -> {
                    LOG.warn("{} failed", indicator.getClass().getSimpleName(), failure);
                    return Mono.just(HealthResult.builder(indicator.getClass().getSimpleName(), HealthStatus.DOWN)
                            .build());
                });
    }

    private static boolean isUp(HealthResult result) {
        return !HealthStatus.DOWN.equals(result.getStatus()) && result.getStatus().getOperational().orElse(true);
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
