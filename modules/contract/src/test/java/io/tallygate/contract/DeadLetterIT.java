package io.tallygate.contract;

import static io.tallygate.contract.EventApi.COUNTER_EVENTS;
import static io.tallygate.contract.EventApi.USAGE_EVENTS;
import static io.tallygate.contract.EventApi.event;
import static io.tallygate.contract.EventApi.increment;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cannot be handled is kept, told, edited, replayed and purged. */
class DeadLetterIT extends EventSuite {

    /** What was killed before must not stop the topic for the next test. */
    @BeforeEach
    void resume() {
        assertThat(api.post(EventApi.path(COUNTER_EVENTS) + "/resume", Map.of())).hasStatus(204);
        assertThat(api.post(EventApi.path(USAGE_EVENTS) + "/resume", Map.of())).hasStatus(204);
    }

    /** An event whose delta is 0, which counts nothing. */
    private JsonNode killed(Counter counter) {
        String id = freshEvent();
        assertThat(events.append(COUNTER_EVENTS, List.of(event(id, counter.resourceId(), increment(counter, 0)))))
                .hasStatus(202);
        events.settle(COUNTER_EVENTS);
        return events.deadLetter(COUNTER_EVENTS, id);
    }

    private long count(String topic) {
        for (JsonNode entry : api.get(EventApi.DLQ).json().path("topics")) {
            if (entry.path("topic").asText().equals(topic)) {
                return entry.path("dead_letters").asLong();
            }
        }
        throw new AssertionError("no topic " + topic);
    }

    @Test
    void anEventThatDoesNotParseIsADeadLetterAndTheNextOneCounts() {
        Counter counter = freshCounter();
        JsonNode letter = killed(counter);
        assertThat(letter.path("error").asText()).isEqualTo("invalid-input");
        assertThat(letter.path("message").asText()).contains("data.delta");
        assertThat(letter.path("attempts").asInt()).isEqualTo(1);
        assertThat(letter.path("group").asText()).isEqualTo("counting");

        events.append(COUNTER_EVENTS, List.of(event(freshEvent(), counter.resourceId(), increment(counter, 3))));
        events.settle(COUNTER_EVENTS);
        assertThat(counterApi.value(counter)).isEqualTo(3);
        Answer whole = events.get(COUNTER_EVENTS, letter.path("id").asText());
        assertThat(whole.json().at("/event/data/delta").asInt(-1)).isZero();
    }

    @Test
    void aDeadLetterWithOtherDataCountsOnceHoweverOftenItIsReplayed() {
        Counter counter = freshCounter();
        String id = killed(counter).path("id").asText();
        var edited = Json.object("data", increment(counter, 5));
        assertThat(events.replay(COUNTER_EVENTS, id, edited)).hasStatus(202);
        events.awaitState(COUNTER_EVENTS, id, "replayed");
        for (int i = 0; i < 3; i++) {
            Answer again = events.replay(COUNTER_EVENTS, id, edited);
            assertThat(again).hasStatus(200);
            assertThat(again.json().path("state").asText()).isEqualTo("replayed");
        }
        assertThat(counterApi.value(counter)).isEqualTo(5);
        JsonNode whole = events.get(COUNTER_EVENTS, id).json();
        assertThat(whole.at("/event/data/delta").asInt(-1)).as("the original is unchanged").isZero();
        assertThat(whole.at("/edited_data/delta").asInt()).isEqualTo(5);
    }

    @Test
    void whatFailsFiveReplaysIsParked() {
        String id = killed(freshCounter()).path("id").asText();
        for (int i = 1; i <= 5; i++) {
            int failures = i;
            assertThat(events.replay(COUNTER_EVENTS, id, Map.of())).hasStatus(202);
            Await.until(Launch.START_DEADLINE, "replay " + i + " has failed",
                    () -> events.get(COUNTER_EVENTS, id).json().path("replays").asInt() == failures);
        }
        assertThat(events.get(COUNTER_EVENTS, id).json().path("state").asText()).isEqualTo("parked");
        assertThat(events.deadLetter(COUNTER_EVENTS, events.get(COUNTER_EVENTS, id).json().at("/event/id").asText())
                .path("state").asText()).isEqualTo("parked");
    }

    @Test
    void aFilterReplaysWhatItMeansOnceTheReasonIsGone() {
        var quotas = new QuotaApi(api);
        String subject = seed.name("subject");
        String type = seed.name("type");
        var ids = new ArrayList<String>();
        var list = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 20; i++) {
            ids.add(freshEvent());
            var one = event(ids.getLast(), subject, Json.object("subject", subject, "quota_type", type, "value", 2));
            one.put("type", "usage.of." + subject);
            list.add(one);
        }
        long before = count(USAGE_EVENTS);
        assertThat(events.append(USAGE_EVENTS, list)).hasStatus(202);
        events.settle(USAGE_EVENTS);
        assertThat(events.deadLetter(USAGE_EVENTS, ids.getFirst()).path("error").asText()).isEqualTo("unknown-subject");
        assertThat(count(USAGE_EVENTS)).isEqualTo(before + 20);

        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"));
        var filter = Json.object("type", "usage.of." + subject, "error", "unknown-subject", "rate", 1000);
        Answer dry = api.post(EventApi.DLQ + "/" + USAGE_EVENTS + "/replay",
                Json.object("type", "usage.of." + subject, "dry_run", true));
        assertThat(dry).isOk();
        assertThat(dry.json().path("matched").asLong()).isEqualTo(20);

        JsonNode run = events.replayAll(USAGE_EVENTS, filter);
        assertThat(run.path("matched").asLong()).isEqualTo(20);
        assertThat(run.path("succeeded").asLong()).isEqualTo(20);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("40");
        assertThat(events.replayAll(USAGE_EVENTS, filter).path("matched").asLong()).isZero();
        assertThat(count(USAGE_EVENTS)).isEqualTo(before);
    }

    /** Whichever process has stopped it. */
    @Test
    @OverHttpOnly(because = "there health has no words")
    void aTopicOfWhichMostFailsStopsAndHealthSaysSoUntilItGoesOn() {
        String subject = seed.name("subject");
        var list = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 60; i++) {
            list.add(event(freshEvent(), subject, Json.object("subject", subject, "quota_type", "t", "value", 0)));
        }
        assertThat(events.append(USAGE_EVENTS, list)).hasStatus(202);
        Await.until(Launch.START_DEADLINE, "it is told", this::isStopTold);
        assertThat(Readiness.isReady(api)).as("ready for all else").isTrue();

        resume();
        events.settle(USAGE_EVENTS);
        Await.until(Launch.START_DEADLINE, "it is told no more", () -> !isStopTold());
    }

    private boolean isStopTold() {
        return StreamSupport.stream(api.get("/health").json().path("notes").spliterator(), false)
                .anyMatch(note -> note.asText().endsWith("events: stopped, because too many fail: " + USAGE_EVENTS));
    }

    @Test
    void whatIsPurgedIsGoneAndToldInTheLog() {
        String id = killed(freshCounter()).path("id").asText();
        assertThat(api.delete(EventApi.DLQ + "/" + COUNTER_EVENTS + "/" + id)).hasStatus(204);
        assertThat(api.delete(EventApi.DLQ + "/" + COUNTER_EVENTS + "/" + id)).hasStatus(204);
        assertThat(events.get(COUNTER_EVENTS, id)).isProblem(404);
        assertThat(deployment.log()).contains("dead letter " + id);

        String other = killed(freshCounter()).path("id").asText();
        assertThat(api.post(EventApi.DLQ + "/" + COUNTER_EVENTS + "/purge",
                Json.object("before", Instant.parse("2020-01-01T00:00:00Z").toString()))).hasStatus(204);
        assertThat(events.get(COUNTER_EVENTS, other)).isOk();
        assertThat(api.post(EventApi.DLQ + "/" + COUNTER_EVENTS + "/purge",
                Json.object("before", Instant.now().plusSeconds(3600).toString()))).hasStatus(204);
        assertThat(events.get(COUNTER_EVENTS, other)).isProblem(404);
    }
}
