package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Quotas as a caller uses them. Safe for use by several threads. */
final class QuotaApi {

    static final String PATH = "/api/v1/quota";
    static final String CHECK = PATH + "/check";
    static final String CONSUME = PATH + "/consume";
    static final String CONSUME_BATCH = PATH + "/consume-batch";
    static final String RESERVE = PATH + "/reserve";
    static final String REFUND = PATH + "/refund";

    /** A change is in effect everywhere so long after its answer. */
    static final Duration IN_EFFECT = Duration.ofSeconds(5);

    private final Api api;

    QuotaApi(Api api) {
        this.api = api;
    }

    static QuotaApi at(URI baseUrl) {
        return new QuotaApi(new Api(baseUrl));
    }

    /** A hard limit of a plan or an override; more members come as pairs. */
    static Map<String, Object> limit(String quotaType, Object limit, String per, Object... more) {
        var members = Json.object("quota_type", quotaType, "limit", limit, "per", per);
        members.putAll(Json.object(more));
        return members;
    }

    static Map<String, Object> consumption(String subject, String quotaType, Object value, Object... more) {
        var members = Json.object("subject", subject, "quota_type", quotaType, "value", value);
        members.putAll(Json.object(more));
        return members;
    }

    static Map<String, Object> pair(String quotaType, Object value) {
        return Json.object("quota_type", quotaType, "value", value);
    }

    Answer consume(String subject, String quotaType, Object value, Object... more) {
        return api.post(CONSUME, consumption(subject, quotaType, value, more));
    }

    Answer consumeWithKey(String subject, String quotaType, Object value, String key) {
        return api.post(CONSUME, Json.text(consumption(subject, quotaType, value)), Api.KEY_HEADER, key);
    }

    Answer check(String subject, String quotaType, Object value) {
        return api.post(CHECK, consumption(subject, quotaType, value));
    }

    Answer batch(List<? extends Map<String, Object>> operations) {
        return api.post(CONSUME_BATCH, Json.object("operations", operations));
    }

    Answer reserve(String subject, String quotaType, Object value, String ttl) {
        return api.post(RESERVE, consumption(subject, quotaType, value, "ttl", ttl));
    }

    /** Reserves and returns the reservation's id; anything but 201 fails. */
    String reserved(String subject, String quotaType, Object value, String ttl) {
        Answer answer = reserve(subject, quotaType, value, ttl);
        assertThat(answer).hasStatus(201);
        return answer.json().path("reservation_id").asText();
    }

    Answer commit(String reservationId, Map<String, Object> body) {
        return api.post(PATH + "/reservations/" + reservationId + "/commit", body);
    }

    Answer release(String reservationId) {
        return api.send("POST", PATH + "/reservations/" + reservationId + "/release", BodyPublishers.noBody());
    }

    Answer reservation(String reservationId) {
        return api.get(PATH + "/reservations/" + reservationId);
    }

    static String plan(String plan) {
        return PATH + "/plans/" + encoded(plan);
    }

    static String subject(String subject) {
        return PATH + "/subjects/" + encoded(subject);
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Answer put(String path, Map<String, Object> body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        return api.send("PUT", path, BodyPublishers.ofString(Json.text(body)), all);
    }

    /** Gives a subject a plan of its own with one limit, so that no default plan is needed. */
    void settle(String subject, Map<String, Object> limit) {
        settle(subject, List.of(limit));
    }

    /** The same with two limits. */
    void settle(String subject, Map<String, Object> limit, Map<String, Object> another) {
        settle(subject, List.of(limit, another));
    }

    private void settle(String subject, List<Map<String, Object>> limits) {
        String plan = "plan-of-" + subject;
        assertThat(put(plan(plan), Json.object("limits", limits))).isOk();
        assertThat(put(subject(subject), Json.object("plan", plan))).isOk();
    }

    /** How one limit of a subject stands, past every cache; the limit must be there. */
    JsonNode state(String subject, String quotaType, String per) {
        Answer answer = api.get(subject(subject));
        assertThat(answer).isOk();
        return limitOf(answer, quotaType, per);
    }

    /** What is used of one limit of a subject. */
    BigDecimal used(String subject, String quotaType, String per) {
        return decimal(state(subject, quotaType, per).path("used"));
    }

    /** One of an answer's limits. */
    static JsonNode limitOf(Answer answer, String quotaType, String per) {
        for (JsonNode limit : answer.json().path("limits")) {
            if (limit.path("quota_type").asText().equals(quotaType) && limit.path("per").asText().equals(per)) {
                return limit;
            }
        }
        throw new AssertionError("no limit on " + quotaType + " per " + per + " in " + answer);
    }

    /** A number's value, without zeros at its end. */
    static BigDecimal decimal(JsonNode number) {
        assertThat(number.isNumber()).as("a number: %s", number).isTrue();
        return new BigDecimal(number.asText()).stripTrailingZeros();
    }
}
