package io.tallygate.grpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.context.BeanContext;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.tallygate.grpc.HttpSidePorts.Answer;
import io.tallygate.kernel.HealthNotes;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether this process works, asked of every {@link HealthIndicator}, and what is not as it should be though it does: as the
 * HTTP API tells it. Thread-safe.
 */
@Singleton
final class HealthReport {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    /** What indicators of the framework say beyond their status is about its own parts. */
    private static final String OURS = "io.tallygate.";

    private final BeanContext beans;
    private final JsonFactory json = new JsonFactory();

    /** @param beans looked up late, as what they ask of may not be there before the server starts */
    HealthReport(BeanContext beans) {
        this.beans = beans;
    }

    CompletionStage<Answer> answer() {
        return Flux.fromIterable(beans.getBeansOfType(HealthIndicator.class)).flatMap(HealthReport::ask).collectList()
                .map(this::answer).toFuture();
    }

    /** An indicator that fails or does not answer in time says no. */
    private static Flux<HealthResult> ask(HealthIndicator indicator) {
        boolean ours = indicator.getClass().getName().startsWith(OURS);
        return Flux.defer(indicator::getResult)
                .map(result -> ours ? result : HealthResult.builder(result.getName(), result.getStatus()).build())
                .timeout(ANSWER_WITHIN).onErrorResume(_ -> Mono.just(
                        HealthResult.builder(indicator.getClass().getSimpleName(), HealthStatus.DOWN).build()));
    }

    private Answer answer(List<HealthResult> results) {
        boolean isUp = results.stream().map(HealthResult::getStatus)
                .allMatch(status -> !HealthStatus.DOWN.equals(status) && status.getOperational().orElse(true));
        var details = new TreeMap<String, Map<?, ?>>();
        for (HealthResult result : results) {
            if (result.getDetails() instanceof Map<?, ?> told && !told.isEmpty()) {
                details.put(result.getName(), told);
            }
        }
        List<String> notes = beans.getBeansOfType(HealthNotes.class).stream().flatMap(of -> of.notes().stream())
                .toList();
        var body = new ByteArrayOutputStream();
        try (JsonGenerator out = json.createGenerator(body)) {
            write(out, isUp, details, notes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(isUp ? 200 : 503, "application/json", body.toByteArray());
    }

    private static void write(JsonGenerator out, boolean isUp, Map<String, Map<?, ?>> details, List<String> notes)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("status", isUp ? "UP" : "DOWN");
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
