package io.tallygate.http.recommendation;

import static io.tallygate.http.ProblemAssert.assertInvalid;
import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.degradation.Feature;
import io.tallygate.degradation.Level;
import io.tallygate.degradation.Need;
import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.Sha256;
import io.tallygate.recommendation.RecommendationProblem;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RecommendationControllerTest {

    private static final String PATH = "/api/v1/recommendations";

    private final TestServer server = new TestServer(Map.of(ScriptedLevels.SETTING, "true"));
    private final ScriptedRecommendations recommendations = server.server.getApplicationContext()
            .getBean(ScriptedRecommendations.class);
    private final ScriptedLevels levels = server.server.getApplicationContext().getBean(ScriptedLevels.class);

    @AfterEach
    void workAgain() {
        recommendations.failWith(null);
        levels.level(Level.NORMAL);
        recommendations.takeCalls();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void recommend_normally_isPersonal() {
        Answer answer = server.get(PATH + "/ada%2Fl");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Tallygate-Degradation")).isEmpty();
        assertThat(answer.text()).isEqualTo("{\"items\":[{\"resource_id\":\"a \\\"b\\\"\",\"score\":0.5},"
                + "{\"resource_id\":\"c\",\"score\":0.25}],\"source\":\"personalized\",\"level\":\"normal\"}");
        assertThat(recommendations.takeCalls()).containsExactly("recommend ada/l 10");
        server.get(PATH + "/ada?limit=100");
        assertThat(recommendations.takeCalls()).containsExactly("recommend ada 100");
    }

    @Test
    void recommend_degraded_isFromMemory() {
        levels.level(Level.DEGRADED);
        Answer answer = server.get(PATH + "/ada?limit=3");

        assertThat(answer.text()).isEqualTo(
                "{\"items\":[{\"resource_id\":\"p\",\"score\":7.0}],\"source\":\"popular\",\"level\":\"degraded\"}");
        assertThat(answer.header("Tallygate-Degradation")).isEqualTo("degraded");
        assertThat(recommendations.takeCalls()).containsExactly("remembered 3");
    }

    @Test
    void recommend_minimal_isEmptyAndAsksNothing() {
        levels.level(Level.MINIMAL);
        Answer answer = server.get(PATH + "/ada");

        assertThat(answer.text()).isEqualTo("{\"items\":[],\"source\":\"none\",\"level\":\"minimal\"}");
        assertThat(answer.header("Tallygate-Degradation")).isEqualTo("degraded");
        assertThat(recommendations.takeCalls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"?limit=0, limit", "?limit=101, limit", "?limit=ten, limit", "?limit=1.0, limit", "?limit=, limit",
            "?limti=3, limti", "%00, user_id", "%ff, user_id"})
    void recommend_wrong_isNamedAtEveryLevelAndNotAsked(String rest, String field) {
        for (Level level : Level.values()) {
            levels.level(level);
            assertInvalid(server.get(PATH + "/ada" + rest), field);
        }
        assertThat(recommendations.takeCalls()).isEmpty();
    }

    @Test
    void forget_always_is204() {
        Answer answer = server.delete(PATH + "/ada%20l/history");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
        assertThat(recommendations.takeCalls()).containsExactly("forget ada l");
        assertInvalid(server.delete(PATH + "/" + "a".repeat(257) + "/history"), "user_id");
        assertThat(recommendations.takeCalls()).isEmpty();
    }

    @Test
    void anything_failing_isAProblem() {
        recommendations.failWith(new DomainProblemException(RecommendationProblem.WRONG_TYPE, "something else"));
        assertProblem(server.get(PATH + "/a"), 500, "wrong-type");
        recommendations.failWith(new OverloadedException(1));
        assertProblem(server.delete(PATH + "/a/history"), 503, "overloaded");
    }

    @Test
    void feature_always_needsTheStoreAndNotCritically() {
        assertThat(server.server.getApplicationContext().getBeansOfType(Feature.class))
                .contains(new Feature("recommendations", Need.useful(Need.STORE)));
    }

    @Test
    void scopes_always_areReadAndWrite() {
        String secret = Sha256.hex("secret".getBytes(StandardCharsets.UTF_8));
        for (String scope : new String[]{"read", "write"}) {
            try (var guarded = new TestServer(Map.of("tallygate.tokens.one.sha256", secret,
                    "tallygate.tokens.one.scopes", scope))) {
                String[] token = {"Authorization", "Bearer secret"};
                assertThat(guarded.get(PATH + "/a", token).status()).isEqualTo(scope.equals("read") ? 200 : 403);
                assertThat(guarded.delete(PATH + "/a/history", token).status())
                        .isEqualTo(scope.equals("write") ? 204 : 403);
            }
        }
    }
}
