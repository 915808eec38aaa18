package io.tallygate.http.degradation;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.degradation.DegradationAdmin.Scope;
import io.tallygate.degradation.DegradationStatus;
import io.tallygate.degradation.FeatureStatus;
import io.tallygate.degradation.LevelChange;
import io.tallygate.degradation.LevelOverride;
import io.tallygate.degradation.Need;
import io.tallygate.degradation.NodeLevel;
import io.tallygate.degradation.ProbeStatus;
import io.tallygate.http.Answers;
import java.io.IOException;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Stream;

/** What levels are in JSON. */
final class DegradationAnswers {

    private DegradationAnswers() {}

    static HttpResponse<byte[]> status(DegradationStatus status) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeStringField("level", status.level().label());
            out.writeStringField("node", status.node());
            strings(out, "why", status.features().stream()
                    .flatMap(feature -> feature.why().stream().map(why -> feature.name() + ": " + why)));
            list(out, "features", status.features(), DegradationAnswers::write);
            list(out, "probes", status.probes(), DegradationAnswers::write);
            list(out, "overrides", status.overrides(), DegradationAnswers::write);
            list(out, "nodes", status.nodes(), DegradationAnswers::write);
            list(out, "history", status.history(), DegradationAnswers::write);
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> set(LevelOverride override, Scope scope) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            members(out, override);
            out.writeStringField("scope", label(scope));
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> cleared(Scope scope) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeStringField("scope", label(scope));
            out.writeEndObject();
        });
    }

    private static String label(Scope scope) {
        return scope.name().toLowerCase(Locale.ROOT);
    }

    private interface Writer<T> {
        void write(JsonGenerator out, T value) throws IOException;
    }

    private static <T> void list(JsonGenerator out, String name, Collection<T> values, Writer<T> writer)
            throws IOException {
        out.writeArrayFieldStart(name);
        for (T value : values) {
            out.writeStartObject();
            writer.write(out, value);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void strings(JsonGenerator out, String name, Stream<String> values) throws IOException {
        out.writeArrayFieldStart(name);
        for (String value : values.toList()) {
            out.writeString(value);
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, FeatureStatus feature) throws IOException {
        out.writeStringField("name", feature.name());
        out.writeStringField("level", feature.level().label());
        out.writeStringField("automatic_level", feature.automatic().label());
        strings(out, "why", feature.why().stream());
        out.writeStringField("since", feature.since().toString());
        list(out, "needs", feature.needs(), DegradationAnswers::write);
        out.writeNumberField("recovering_percent", feature.recoveringPercent());
        out.writeNumberField("calls", feature.calls());
        out.writeNumberField("failures", feature.failures());
        out.writeNumberField("degraded_answers", feature.degradedAnswers());
    }

    private static void write(JsonGenerator out, Need need) throws IOException {
        out.writeStringField("name", need.name());
        out.writeBooleanField("critical", need.critical());
    }

    private static void write(JsonGenerator out, ProbeStatus probe) throws IOException {
        out.writeStringField("name", probe.name());
        out.writeBooleanField("critical", probe.critical());
        out.writeBooleanField("good", probe.good());
        out.writeBooleanField("failing", probe.failing());
        if (probe.failure() != null) {
            out.writeStringField("failure", probe.failure());
        }
        if (probe.latency() != null) {
            out.writeNumberField("latency_millis", probe.latency().toMillis());
        }
    }

    private static void write(JsonGenerator out, LevelOverride override) throws IOException {
        members(out, override);
        out.writeStringField("by", override.by());
    }

    private static void members(JsonGenerator out, LevelOverride override) throws IOException {
        out.writeStringField("level", override.level().label());
        if (override.feature() != null) {
            out.writeStringField("feature", override.feature());
        }
        out.writeStringField("reason", override.reason());
        out.writeStringField("until", override.until().toString());
    }

    private static void write(JsonGenerator out, NodeLevel node) throws IOException {
        out.writeStringField("node", node.node());
        out.writeStringField("level", node.level().label());
        out.writeStringField("at", node.at().toString());
    }

    private static void write(JsonGenerator out, LevelChange change) throws IOException {
        out.writeStringField("at", change.at().toString());
        out.writeStringField("feature", change.feature());
        out.writeStringField("from", change.from().label());
        out.writeStringField("to", change.to().label());
        out.writeStringField("why", change.why());
    }
}
