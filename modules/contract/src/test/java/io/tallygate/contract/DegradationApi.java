package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;

/** Levels of features as a caller sees and sets them. Safe for use by several threads. */
final class DegradationApi {

    static final String PATH = "/api/v1/degradation";
    static final String OVERRIDE = PATH + "/override";
    static final String HEADER = "Tallygate-Degradation";

    static final String READS = "counter-reads";
    static final String LEADERBOARDS = "leaderboards";
    static final String QUOTA_CHECK = "quota-check";
    static final String WRITES = "writes";

    private final Api api;

    DegradationApi(Api api) {
        this.api = api;
    }

    Answer put(String json) {
        return api.send("PUT", OVERRIDE, BodyPublishers.ofString(json), "Content-Type", "application/json");
    }

    /** Sets the level of all features. */
    Answer set(String level) {
        return put(Json.text(Json.object("level", level, "reason", "a test", "ttl", "10m")));
    }

    /** Sets the level of one feature. */
    Answer set(String level, String feature) {
        Map<String, Object> body = Json.object("level", level, "reason", "a test", "ttl", "10m", "feature", feature);
        return put(Json.text(body));
    }

    void clear() {
        assertThat(api.delete(OVERRIDE)).isOk();
        for (String feature : new String[]{READS, LEADERBOARDS, QUOTA_CHECK}) {
            assertThat(api.delete(OVERRIDE + "?feature=" + feature)).isOk();
        }
    }

    JsonNode status() {
        Answer answer = api.get(PATH);
        assertThat(answer).isOk();
        return answer.json();
    }

    String level() {
        return status().path("level").asText();
    }

    String level(String feature) {
        for (JsonNode one : status().path("features")) {
            if (one.path("name").asText().equals(feature)) {
                return one.path("level").asText();
            }
        }
        throw new AssertionError("no feature " + feature);
    }

    static void assertDegraded(Answer answer) {
        assertThat(answer).isOk();
        assertThat(answer.header(HEADER)).as("%s", answer).isEqualTo("degraded");
    }

    static void assertExact(Answer answer) {
        assertThat(answer).isOk();
        assertThat(answer.headers().firstValue(HEADER)).as("%s", answer).isEmpty();
    }
}
