package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Events and dead letters as a caller uses them. Safe for use by several threads. */
final class EventApi {

    static final String COUNTER_EVENTS = "counter_events";
    static final String USAGE_EVENTS = "usage_events";
    static final String PAYMENT_EVENTS = "payment_events";
    static final String CLOUD_EVENT = "application/cloudevents+json";
    static final String CLOUD_EVENTS = "application/cloudevents-batch+json";
    static final String DLQ = "/api/v1/dlq";

    /** Everything that was appended is done so soon, retries included. */
    private static final Duration DONE = Duration.ofSeconds(60);

    private final Api api;

    EventApi(Api api) {
        this.api = api;
    }

    static String path(String topic) {
        return "/api/v1/events/" + topic;
    }

    /** An event of the plain form. */
    static Map<String, Object> event(String id, String key, Map<String, Object> data) {
        return Json.object("id", id, "key", key, "data", data);
    }

    static Map<String, Object> increment(Counter counter, Object delta) {
        return Json.object("resource_id", counter.resourceId(), "counter_type", counter.counterType(), "delta", delta);
    }

    Answer append(String topic, List<Map<String, Object>> events) {
        return api.post(path(topic), Json.object("events", events));
    }

    /** One CloudEvent in JSON, or a batch of them. */
    Answer append(String topic, String contentType, Object body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = contentType;
        String text = body instanceof String string ? string : Json.text(body);
        return api.send("POST", path(topic), BodyPublishers.ofString(text), all);
    }

    static Map<String, Object> cloudEvent(String id, String source, String subject, Object data) {
        return Json.object("specversion", "1.0", "id", id, "source", source, "type", "test", "subject", subject, "data",
                data);
    }

    long lag(String topic) {
        Answer answer = api.get(path(topic) + "/lag");
        assertThat(answer).isOk();
        return StreamSupport.stream(answer.json().path("groups").spliterator(), false)
                .mapToLong(group -> group.path("lag").asLong()).sum();
    }

    /** Returns when everything that was appended is done. */
    void settle(String topic) {
        Await.until(DONE, "everything on " + topic + " is done", () -> lag(topic) == 0);
    }

    /** The dead letter of an event, in a list. */
    JsonNode deadLetter(String topic, String eventId) {
        String cursor = "";
        while (cursor != null) {
            Answer answer = api.get(DLQ + "/" + topic + "?limit=1000" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            assertThat(answer).isOk();
            for (JsonNode letter : answer.json().path("dead_letters")) {
                if (letter.at("/event/id").asText().equals(eventId)) {
                    return letter;
                }
            }
            cursor = answer.json().path("next_cursor").asText(null);
        }
        throw new AssertionError("no dead letter of event " + eventId + " on " + topic);
    }

    Answer get(String topic, String id) {
        return api.get(DLQ + "/" + topic + "/" + id);
    }

    Answer replay(String topic, String id, Map<String, Object> body) {
        return api.post(DLQ + "/" + topic + "/" + id + "/replay", body);
    }

    void awaitState(String topic, String id, String state) {
        Await.until(DONE, "dead letter " + id + " is " + state,
                () -> get(topic, id).json().path("state").asText().equals(state));
    }

    /** Replays what matches and returns when that has ended. */
    JsonNode replayAll(String topic, Map<String, Object> filter) {
        Answer begun = api.post(DLQ + "/" + topic + "/replay", filter);
        assertThat(begun).hasStatus(202);
        String run = DLQ + "/replays/" + begun.json().path("replay_id").asText();
        Await.until(DONE, "the replay has ended", () -> api.get(run).json().path("state").asText().equals("ended"));
        return api.get(run).json();
    }
}
