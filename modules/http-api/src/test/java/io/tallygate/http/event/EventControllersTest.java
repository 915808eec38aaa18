package io.tallygate.http.event;

import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tallygate.event.DeadLetter;
import io.tallygate.event.Event;
import io.tallygate.event.Payload;
import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.StoreUnavailableException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EventControllersTest {

    private static final String EVENTS = "/api/v1/events/counter_events";
    private static final String DLQ = "/api/v1/dlq";
    private static final String LETTERS = DLQ + "/counter_events";
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String ONE = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

    private final TestServer server = new TestServer(Map.of());
    private final ScriptedEvents events = server.server.getApplicationContext().getBean(ScriptedEvents.class);

    @AfterEach
    void workAgain() {
        events.failWith(null);
        events.become(DeadLetter.State.DEAD, false);
        events.takeAppended();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Answer send(String contentType, String body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = contentType;
        return server.send("POST", EVENTS, BodyPublishers.ofString(body), all);
    }

    private static Event event(Map<String, Object> attributes, String json) {
        return new Event("1", "/s", "t", "k", new TreeMap<>(attributes), ScriptedEvents.json(json));
    }

    @Test
    void append_oneCloudEvent_keepsEverythingOfIt() {
        Answer answer = send(STRUCTURED + "; charset=utf-8",
                ONE + ",\"subject\":\"k\",\"time\":\"2026-01-02T03:04:05Z\","
                        + "\"ext\":7,\"flag\":true,\"none\":null,\"data\": { \"a\" : [1.50, \"é\"] } }");

        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        assertThat(answer.text()).isEqualTo("{\"accepted\":1}");
        assertThat(events.takeAppended()).containsExactly(event(
                Map.of("time", "2026-01-02T03:04:05Z", "ext", 7, "flag", true), "{ \"a\" : [1.50, \"é\"] }"));
    }

    @Test
    void append_dataOfEachKind_isKeptAsItCame() {
        for (String json : List.of("1", "-1.0e2", "\"a\\n\"", "true", "null ", "[ ]", "{}")) {
            Answer answer = send(STRUCTURED, ONE + ",\"data\":" + json + ",\"subject\":\"k\"}");
            assertThat(answer.status()).as("%s", answer).isEqualTo(202);
            Payload data = events.takeAppended().getFirst().data();
            assertThat(data).isEqualTo(json.equals("null ") ? null : ScriptedEvents.json(json));
        }
        send(STRUCTURED, ONE + ",\"data_base64\":\"AP8=\"}");
        assertThat(events.takeAppended().getFirst().data()).isEqualTo(Payload.ofBytes(new byte[]{0, -1}));
    }

    @Test
    void append_aBatch_takesTheValidOnesAndNamesTheOthers() {
        assertThat(send(BATCH, "[" + ONE + "}," + ONE + "}]").text()).isEqualTo("{\"accepted\":2}");
        events.takeAppended();

        Answer answer = send(BATCH, "[" + ONE + "},7," + ONE + ",\"id\":\"2\"},{\"specversion\":\"1.0\"}]");

        assertThat(answer.status()).isEqualTo(207);
        JsonNode results = answer.json().path("results");
        assertThat(answer.json().path("accepted").asInt()).isEqualTo(1);
        assertThat(results.findValuesAsText("status")).startsWith("accepted", "invalid");
        assertThat(results.at("/1/error/errors/0/field").asText()).isEqualTo("[1]");
        assertThat(results.at("/2/error/errors/0/field").asText()).isEqualTo("[2].id");
        assertThat(results.at("/3/error/errors").findValuesAsText("field"))
                .containsExactly("[3].id", "[3].source", "[3].type");
        assertThat(events.takeAppended()).hasSize(1);
        assertProblem(send(BATCH, "[]"), 400, "invalid-input");
        assertProblem(send(BATCH, ONE + "}"), 400, "invalid-input");
        assertProblem(send(BATCH, "[" + (ONE + "},").repeat(1000) + ONE + "}]"), 400, "invalid-input");
    }

    @Test
    void append_inBinaryMode_takesAttributesFromHeaders() {
        Answer answer = send("application/json", "{ \"a\":1 }", "ce-specversion", "1.0", "ce-id", "1", "ce-source",
                "/s",
                "CE-Type", "t", "ce-subject", "k", "ce-ext", "%C3%A9%20x");

        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        assertThat(events.takeAppended()).containsExactly(
                event(Map.of("datacontenttype", "application/json", "ext", "é x"), "{ \"a\":1 }"));

        send("text/plain", "hi", "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "t");
        assertThat(events.takeAppended().getFirst().data())
                .isEqualTo(Payload.ofBytes("hi".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void append_inBinaryMode_namesTheHeaderThatIsWrong() {
        Answer answer = send("application/json", "{}", "ce-specversion", "0.3", "ce-id", "1", "ce-type", "t", "ce-bad",
                "%zz");
        assertProblem(answer, 400, "invalid-input");
        assertThat(answer.json().path("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("ce-specversion", "ce-bad", "ce-source");
        assertProblem(send("application/json", "{", "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type",
                "t"), 400, "malformed-json");
        assertThat(send("text/plain", "x", "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "t",
                "ce-a_b", "v").json().at("/errors/0/field").asText()).isEqualTo("ce-a_b");
    }

    @Test
    void append_inThePlainForm_fillsInWhatIsNotSaid() {
        Answer answer = server.post(EVENTS, "{\"events\":[{\"id\":\"1\",\"key\":\"k\",\"type\":\"t\",\"data\":[1],"
                + "\"time\":\"2026-01-02T03:04:05Z\"},{\"id\":\"2\"}]}");

        assertThat(answer.text()).isEqualTo("{\"accepted\":2}");
        List<Event> appended = events.takeAppended();
        assertThat(appended.getFirst().subject()).isEqualTo("k");
        assertThat(appended.getFirst().time()).isPresent();
        assertThat(appended.getLast().type()).isEqualTo("counter_events");
        assertThat(appended.getLast().source()).isEqualTo("urn:tallygate:caller");
        assertThat(appended.getLast().data()).isNull();

        Answer wrong = server.post(EVENTS,
                "{\"events\":[{\"id\":1},{\"ky\":\"k\",\"id\":\"1\"},{\"id\":\"2\",\"key\":\"\"},"
                        + "{\"id\":\"3\",\"time\":\"now\"},7]}");
        assertThat(wrong.status()).isEqualTo(207);
        assertThat(wrong.json().findValuesAsText("field")).containsExactly("events[0].id", "events[2].key",
                "events[3].time", "events[4]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ,"specversion":"1.0"     | specversion
            ,"id":""                 | id
            ,"subject":7             | subject
            ,"subject":""            | subject
            ,"time":"yesterday"      | time
            ,"time":7                | time
            ,"ext":1.5               | ext
            ,"ext":{}                | ext
            ,"ext":4294967296        | ext
            ,"ext":1,"ext":2         | ext
            ,"E":"x"                 | E
            ,"data":1,"data":2       | data
            ,"data_base64":"*"       | data_base64
            ,"data":1,"data_base64":"AA==" | data_base64
            """)
    void append_aWrongEvent_namesWhatIsWrong(String more, String field) {
        Answer answer = send(STRUCTURED, ONE + more + "}");
        assertProblem(answer, 400, "invalid-input");
        assertThat(answer.json().path("errors").findValuesAsText("field")).contains(field);
        assertThat(events.takeAppended()).isEmpty();
    }

    @Test
    void append_thatCannotBeTaken_isAProblem() {
        assertProblem(send("text/plain", "x"), 415, "unsupported-media-type");
        assertProblem(send(STRUCTURED, ""), 400, "invalid-input");
        assertProblem(server.post(EVENTS, "{}"), 400, "invalid-input");
        assertProblem(server.post(EVENTS, "{\"events\":[]}"), 400, "invalid-input");
        assertProblem(server.post("/api/v1/events/none", "{\"events\":[{\"id\":\"1\"}]}"), 404, "unknown-topic");
        assertProblem(server.post("/api/v1/events/none", "{\"events\":[{}]}"), 404, "unknown-topic");
        events.failWith(new StoreUnavailableException("away", new IOException()));
        assertProblem(server.post(EVENTS, "{\"events\":[{\"id\":\"1\"}]}"), 503, "store-unavailable");
    }

    @Test
    void lag_andResume_answer() {
        assertThat(server.get(EVENTS + "/lag").text()).isEqualTo("{\"topic\":\"counter_events\",\"groups\":[{\"group\":"
                + "\"counting\",\"stopped\":true,\"lag\":2,\"partitions\":[{\"partition\":0,\"position\":3,\"end\":5,"
                + "\"lag\":2}]}]}");
        assertThat(server.send("POST", EVENTS + "/resume", BodyPublishers.noBody()).status()).isEqualTo(204);
        assertThat(events.lastCall()).isEqualTo("resume counter_events");
        assertProblem(server.get("/api/v1/events/none/lag"), 404, "unknown-topic");
    }

    @Test
    void health_ofAStoppedTopic_saysSoAndIsUp() {
        assertThat(server.get("/health").json().has("notes")).isFalse();
        events.become(DeadLetter.State.DEAD, true);
        Answer health = server.get("/health");
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.json().at("/notes/0").asText())
                .isEqualTo("events: stopped, because too many fail: counter_events");
        assertThat(server.get("/health/readiness").text()).isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void deadLetters_areListedWithoutAndToldWithTheirData() {
        assertThat(server.get(DLQ).text())
                .isEqualTo("{\"topics\":[{\"topic\":\"counter_events\",\"dead_letters\":3}]}");
        Answer page = server.get(LETTERS + "?error=e&type=t&after=2026-01-01T00:00:00Z&limit=7");
        assertThat(events.lastCall()).isEqualTo(
                "list DeadLetterFilter[error=e, type=t, after=2026-01-01T00:00:00Z, before=null]  7");
        assertThat(page.json().path("next_cursor").asText()).isEqualTo("d-1");
        assertThat(page.json().at("/dead_letters/0/event").has("data")).isFalse();
        assertThat(server.get(LETTERS + "?cursor=d-1").json().has("next_cursor")).isFalse();

        assertThat(server.get(LETTERS + "/d-1").text())
                .isEqualTo("{\"id\":\"d-1\",\"topic\":\"counter_events\",\"group\":"
                        + "\"counting\",\"partition\":3,\"offset\":4,\"state\":\"dead\",\"error\":\"counter-overflow\",\"message\":"
                        + "\"it is full\",\"attempts\":4,\"first_failed_at\":\"2026-01-02T03:04:05Z\",\"last_failed_at\":"
                        + "\"2026-01-02T03:04:06Z\",\"replays\":2,\"edits\":1,\"edited_data\":[2],\"event\":{\"specversion\":\"1.0\","
                        + "\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"subject\":\"k\",\"b\":true,\"n\":7,\"time\":"
                        + "\"2026-01-02T03:04:05+01:00\",\"data\":{\"a\" : 1.50}}}");
    }

    @ParameterizedTest
    @CsvSource({"limit=0,limit", "limit=1001,limit", "limit=x,limit", "after=now,after", "cursor=,cursor",
            "error=,error",
            "limt=1,limt"})
    void deadLetters_byAWrongQuery_nameIt(String query, String field) {
        Answer answer = server.get(LETTERS + "?" + query);
        assertProblem(answer, 400, "invalid-input");
        assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo(field);
    }

    @Test
    void replay_ofOne_saysWhetherThereIsSomethingToDo() {
        Answer answer = server.post(LETTERS + "/d-1/replay", "{\"data\": {\"b\": 2} }");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text()).isEqualTo("{\"id\":\"d-1\",\"topic\":\"counter_events\",\"state\":\"accepted\"}");
        assertThat(events.lastCall()).isEqualTo("replay d-1 {\"b\": 2}");
        server.post(LETTERS + "/d-1/replay", "{}");
        assertThat(events.lastCall()).isEqualTo("replay d-1 null");

        events.become(DeadLetter.State.REPLAYED, true);
        Answer over = server.post(LETTERS + "/d-1/replay", "{}");
        assertThat(over.status()).isEqualTo(200);
        assertThat(over.text()).contains("\"state\":\"replayed\",\"replayed_at\":\"2026-01-02T03:04:07Z\"");
        assertProblem(server.post(LETTERS + "/d-1/replay", "{\"dta\":1}"), 400, "invalid-input");
    }

    @Test
    void replay_ofMany_tellsItsProgress() {
        Answer answer = server.post(LETTERS + "/replay",
                "{\"error\":\"e\",\"type\":\"t\",\"after\":\"2026-01-01T00:00:00Z\",\"before\":\"2026-01-02T00:00:00Z\","
                        + "\"rate\":5}");
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        assertThat(answer.text()).isEqualTo("{\"replay_id\":\"r-1\",\"topic\":\"counter_events\",\"state\":\"running\","
                + "\"rate\":100,\"matched\":7,\"succeeded\":4,\"failed\":2,\"skipped\":1,\"started_at\":"
                + "\"2026-01-02T03:04:05Z\"}");
        assertThat(events.lastCall())
                .isEqualTo("replayAll DeadLetterFilter[error=e, type=t, after=2026-01-01T00:00:00Z,"
                        + " before=2026-01-02T00:00:00Z] 5");
        assertThat(server.post(LETTERS + "/replay", "{\"dry_run\":true}").text()).isEqualTo("{\"matched\":7}");
        events.become(DeadLetter.State.DEAD, true);
        assertThat(server.get(DLQ + "/replays/r-1").json().path("state").asText()).isEqualTo("ended");
        assertThat(events.lastCall()).isEqualTo("run r-1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"rate":0}         | rate
            {"rate":100001}    | rate
            {"rate":1.5}       | rate
            {"dry_run":1}      | dry_run
            {"before":"x"}     | before
            {"after":7}        | after
            {"error":""}       | error
            {"types":"t"}      | types
            """)
    void replay_ofManyByAWrongFilter_namesIt(String body, String field) {
        Answer answer = server.post(LETTERS + "/replay", body);
        assertProblem(answer, 400, "invalid-input");
        assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo(field);
    }

    @Test
    void purge_ofOneAndOfMany_answersNothing() {
        assertThat(server.delete(LETTERS + "/d-1").status()).isEqualTo(204);
        assertThat(events.lastCall()).isEqualTo("purge d-1");
        assertThat(server.post(LETTERS + "/purge", "{\"before\":\"2026-01-01T00:00:00+01:00\"}").status())
                .isEqualTo(204);
        assertThat(events.lastCall()).isEqualTo("purgeAll 2025-12-31T23:00:00Z");
        assertProblem(server.post(LETTERS + "/purge", "{}"), 400, "invalid-input");
        assertProblem(server.post(LETTERS + "/purge", "{\"before\":\"x\"}"), 400, "invalid-input");
        assertProblem(server.post(LETTERS + "/purge", "{\"befor\":\"x\"}"), 400, "invalid-input");
    }
}
