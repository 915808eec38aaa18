package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users touch is recommended to others, and can be forgotten. */
@NeedsRecommendations
class RecommendationIT extends Suite {

    private static final String PATH = "/api/v1/recommendations/";
    private static final String TOPIC = "user_interactions";
    /** What was popular some seconds ago may be told. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private final EventApi events = new EventApi(api);
    private final String type = seed.name("views");

    @Override
    Launch launch() {
        return super.launch().with(Launch.EVENT).with("TALLYGATE_RECOMMENDATIONS_ENABLED", "true");
    }

    private Map<String, Object> touch(String user, String resource) {
        return Json.object("resource_id", resource, "counter_type", type, "user_id", user);
    }

    private JsonNode recommend(String user) {
        Answer answer = api.get(PATH + user);
        assertThat(answer).isOk();
        return answer.json();
    }

    private static List<String> names(JsonNode recommendation) {
        var names = new ArrayList<String>();
        recommendation.path("items").forEach(item -> names.add(item.path("resource_id").asText()));
        return names;
    }

    private void awaitNames(String user, String... names) {
        Await.until(SOON, user + " is recommended " + List.of(names),
                () -> names(recommend(user)).equals(List.of(names)));
    }

    @Test
    void whatOthersTouchedWithAUsersItemsIsRecommended() {
        String ada = seed.name("ada");
        String bob = seed.name("bob");
        String eve = seed.name("eve");
        String a = seed.name("a");
        String b = seed.name("b");
        String c = seed.name("c");
        assertThat(api.post("/api/v1/counter/increment", touch(ada, a))).isOk();
        assertThat(api.post("/api/v1/counter/batch-increment",
                Json.object("operations", List.of(touch(ada, b), touch(ada, c), touch(bob, a), touch(bob, b)))))
                .isOk();
        var unwaited = new TreeMap<>(touch(eve, a));
        unwaited.put("async", true);
        assertThat(api.post("/api/v1/counter/increment", unwaited)).hasStatus(202);

        awaitNames(eve, b, c);
        JsonNode answer = recommend(eve);
        assertThat(answer.path("source").asText()).isEqualTo("personalized");
        assertThat(answer.path("level").asText()).isEqualTo("normal");
        assertThat(answer.at("/items/0/score").asDouble()).isGreaterThan(answer.at("/items/1/score").asDouble());
        assertThat(names(api.get(PATH + eve + "?limit=1").json())).containsExactly(b);
        assertThat(api.get("/api/v1/cache/recommendation-items").json().path("loads").asLong()).isPositive();

        assertThat(api.delete(PATH + eve + "/history")).hasStatus(204);
        assertThat(api.delete(PATH + eve + "/history")).hasStatus(204);
        assertThat(recommend(eve).path("source").asText()).isNotEqualTo("personalized");
    }

    @Test
    @SkipOn(deployment = Deployments.FUNCTIONS, because = "events come to functions by their own invocations")
    void whatComesAsAnEventIsAHistoryToo() {
        String ada = seed.name("ada");
        String eve = seed.name("eve");
        String a = seed.name("a");
        String b = seed.name("b");
        assertThat(api.post("/api/v1/counter/batch-increment",
                Json.object("operations", List.of(touch(ada, a), touch(ada, b))))).isOk();
        var event = new TreeMap<>(touch(eve, a));
        event.put("delta", 1);
        assertThat(events.append(EventApi.COUNTER_EVENTS, List.of(EventApi.event(seed.name("event"), eve, event))))
                .hasStatus(202);

        awaitNames(eve, b);
    }

    @Test
    void whoeverHasNoHistoryIsToldWhatIsPopular() {
        String top = seed.name("top");
        for (int i = 0; i < 5; i++) {
            assertThat(api.post("/api/v1/counter/increment", touch(seed.name("user"), top))).isOk();
        }

        String nobody = seed.name("nobody");
        Await.until(SOON, "the leaderboard is told", () -> names(recommend(nobody)).contains(top));
        assertThat(recommend(nobody).path("source").asText()).isEqualTo("popular");
    }

    @Test
    void incrementsWithoutAUserOrBelowZeroAreNobodysHistory() {
        String user = seed.name("user");
        var subtracting = new TreeMap<>(touch(user, seed.name("a")));
        subtracting.put("delta", -1);
        assertThat(api.post("/api/v1/counter/increment", subtracting)).isOk();
        assertThat(api.post("/api/v1/counter/increment",
                Json.object("resource_id", seed.name("b"), "counter_type", type))).isOk();
        if (!Deployments.isFunctions()) {
            events.settle(TOPIC);
        }

        assertThat(recommend(user).path("source").asText()).isNotEqualTo("personalized");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"u?limit=0, limit", "u?limit=101, limit", "u?limit=ten, limit", "u?limit=1.5, limit",
            "u?limits=3, limits", "%00, user_id", "%FF, user_id"})
    void whatBreaksARuleIsNamed(String rest, String field) {
        assertThat(api.get(PATH + rest)).isInvalid(field);
    }

    @Test
    void aUserIdHas1To256Bytes() {
        assertThat(api.get(PATH + "x".repeat(257))).isInvalid("user_id");
        assertThat(api.delete(PATH + "x".repeat(257) + "/history")).isInvalid("user_id");
        assertThat(api.delete(PATH + "x".repeat(256) + "/history")).hasStatus(204);
        assertThat(api.delete(PATH + "x")).isProblem(405);
    }
}
