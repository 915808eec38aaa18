package io.tallygate.http.event;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.event.DeadLetter;
import io.tallygate.event.DeadLetterPage;
import io.tallygate.event.Event;
import io.tallygate.event.GroupLag;
import io.tallygate.event.PartitionLag;
import io.tallygate.event.Payload;
import io.tallygate.event.ReplayRun;
import io.tallygate.http.Answers;
import io.tallygate.http.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Answers about events and dead letters. */
final class EventAnswers {

    private EventAnswers() {}

    /** Events that were appended, those that are invalid left out. */
    static HttpResponse<byte[]> appended(List<RequestedEvent> events) {
        long accepted = events.stream().filter(event -> event.errors().isEmpty()).count();
        boolean all = accepted == events.size();
        return Answers.json(all ? HttpStatus.ACCEPTED : HttpStatus.MULTI_STATUS, out -> {
            out.writeStartObject();
            out.writeNumberField("accepted", accepted);
            if (!all) {
                out.writeArrayFieldStart("results");
                for (RequestedEvent event : events) {
                    out.writeStartObject();
                    out.writeStringField("status", event.errors().isEmpty() ? "accepted" : "invalid");
                    if (!event.errors().isEmpty()) {
                        out.writeFieldName("error");
                        Problem.invalid(event.errors()).writeTo(out);
                    }
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> lag(String topic, List<GroupLag> groups) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeStringField("topic", topic);
            out.writeArrayFieldStart("groups");
            for (GroupLag group : groups) {
                out.writeStartObject();
                out.writeStringField("group", group.group());
                out.writeBooleanField("stopped", group.stopped());
                out.writeNumberField("lag", group.lag());
                out.writeArrayFieldStart("partitions");
                for (PartitionLag partition : group.partitions()) {
                    out.writeStartObject();
                    out.writeNumberField("partition", partition.partition());
                    out.writeNumberField("position", partition.position());
                    out.writeNumberField("end", partition.end());
                    out.writeNumberField("lag", partition.lag());
                    out.writeEndObject();
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> counts(SequencedMap<String, Long> counts) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("topics");
            for (var topic : counts.entrySet()) {
                out.writeStartObject();
                out.writeStringField("topic", topic.getKey());
                out.writeNumberField("dead_letters", topic.getValue());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> page(DeadLetterPage page) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("dead_letters");
            for (DeadLetter letter : page.deadLetters()) {
                write(out, letter, false);
            }
            out.writeEndArray();
            if (page.cursor() != null) {
                out.writeStringField("next_cursor", page.cursor());
            }
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> deadLetter(DeadLetter letter) {
        return Answers.json(HttpStatus.OK, out -> write(out, letter, true));
    }

    private static void write(JsonGenerator out, DeadLetter letter, boolean withData) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", letter.id());
        out.writeStringField("topic", letter.topic());
        out.writeStringField("group", letter.group());
        out.writeNumberField("partition", letter.partition());
        out.writeNumberField("offset", letter.offset());
        out.writeStringField("state", state(letter));
        out.writeStringField("error", letter.error());
        out.writeStringField("message", letter.message());
        out.writeNumberField("attempts", letter.attempts());
        out.writeStringField("first_failed_at", letter.firstFailedAt().toString());
        out.writeStringField("last_failed_at", letter.lastFailedAt().toString());
        out.writeNumberField("replays", letter.replays());
        writeInstant(out, "replayed_at", letter.replayedAt());
        out.writeNumberField("edits", letter.edits());
        if (withData) {
            writeData(out, "edited_data", letter.edited());
        }
        out.writeFieldName("event");
        write(out, letter.event(), withData);
        out.writeEndObject();
    }

    private static String state(DeadLetter letter) {
        return letter.state().name().toLowerCase(Locale.ROOT);
    }

    private static void writeInstant(JsonGenerator out, String name, @Nullable Instant instant) throws IOException {
        if (instant != null) {
            out.writeStringField(name, instant.toString());
        }
    }

    /** As CloudEvents 1.0 writes an event in JSON. */
    private static void write(JsonGenerator out, Event event, boolean withData) throws IOException {
        out.writeStartObject();
        out.writeStringField("specversion", "1.0");
        out.writeStringField("id", event.id());
        out.writeStringField("source", event.source());
        out.writeStringField("type", event.type());
        if (event.subject() != null) {
            out.writeStringField("subject", event.subject());
        }
        for (var attribute : event.attributes().entrySet()) {
            switch (attribute.getValue()) {
                case Integer number -> out.writeNumberField(attribute.getKey(), number);
                case Boolean flag -> out.writeBooleanField(attribute.getKey(), flag);
                default -> out.writeStringField(attribute.getKey(), attribute.getValue().toString());
            }
        }
        if (withData) {
            writeData(out, "data", event.data());
        }
        out.writeEndObject();
    }

    private static void writeData(JsonGenerator out, String name, @Nullable Payload data) throws IOException {
        if (data != null && data.isJson()) {
            out.writeFieldName(name);
            out.writeRawValue(new String(data.bytes(), StandardCharsets.UTF_8));
        } else if (data != null) {
            out.writeBinaryField(name + "_base64", data.bytes());
        }
    }

    /** A replay that was taken, or had nothing to do. */
    static HttpResponse<byte[]> replay(DeadLetter letter) {
        boolean over = letter.state() == DeadLetter.State.REPLAYED;
        return Answers.json(over ? HttpStatus.OK : HttpStatus.ACCEPTED, out -> {
            out.writeStartObject();
            out.writeStringField("id", letter.id());
            out.writeStringField("topic", letter.topic());
            out.writeStringField("state", over ? "replayed" : "accepted");
            writeInstant(out, "replayed_at", letter.replayedAt());
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> matched(long count) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeNumberField("matched", count);
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> run(HttpStatus status, ReplayRun run) {
        return Answers.json(status, out -> {
            out.writeStartObject();
            out.writeStringField("replay_id", run.id());
            out.writeStringField("topic", run.topic());
            out.writeStringField("state", run.endedAt() == null ? "running" : "ended");
            out.writeNumberField("rate", run.rate());
            out.writeNumberField("matched", run.matched());
            out.writeNumberField("succeeded", run.succeeded());
            out.writeNumberField("failed", run.failed());
            out.writeNumberField("skipped", run.skipped());
            out.writeStringField("started_at", run.startedAt().toString());
            writeInstant(out, "ended_at", run.endedAt());
            out.writeEndObject();
        });
    }
}
