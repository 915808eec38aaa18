package io.tallygate.http.cache;

import static io.tallygate.http.ProblemAssert.assertInvalid;
import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tallygate.cache.CacheSpec;
import io.tallygate.cache.Effort;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.cache.Reach;
import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CacheControllerTest {

    private static final String CACHES = "/api/v1/cache";

    private final TestServer server = new TestServer(Map.of());
    private final MultiLevelCaches caches = server.server.getApplicationContext().getBean(MultiLevelCaches.class);
    private final MultiLevelCache<String> cache = caches.make(CacheSpec.<String>named("words")
            .loadedBy(key -> key.startsWith("bad")
                    ? CompletableFuture.failedFuture(new IllegalStateException("away"))
                    : CompletableFuture.completedFuture(Optional.of(key))));

    CacheControllerTest() {
        caches.make(CacheSpec.<String>named("askers"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private JsonNode figures() {
        return server.get(CACHES + "/words").json();
    }

    @Test
    void list_always_hasThemAllByName() {
        assertThat(server.get(CACHES).json().path("caches").findValuesAsText("cache")).contains("askers", "words")
                .isSorted();
        assertThat(server.get(CACHES + "/askers").json().path("local_share").asDouble()).isZero();
    }

    @Test
    void warm_thenGet_areHits() {
        Answer warmed = server.post(CACHES + "/words/warm", "{\"keys\":[\"one\",\"two\",\"bad\"]}");
        assertThat(warmed.status()).isEqualTo(200);
        assertThat(warmed.json().path("loaded").asInt()).isEqualTo(2);
        assertThat(warmed.json().path("failed").asInt()).isEqualTo(1);
        assertThat(warmed.json().path("millis").asLong()).isNotNegative();
        long before = figures().path("local_hits").asLong();
        assertThat(cache.get("one").toCompletableFuture()).isDone();
        JsonNode figures = figures();
        assertThat(figures.path("local_hits").asLong()).isEqualTo(before + 1);
        assertThat(figures.path("loads").asLong()).isPositive();
        assertThat(figures.path("load_failures").asLong()).isPositive();
        assertThat(figures.path("local_share").asDouble() + figures.path("load_share").asDouble())
                .isBetween(0.99, 1.01);
    }

    @Test
    void delete_aKeyOrAll_forgets() {
        var _ = cache.get("a b").toCompletableFuture().join();
        assertThat(server.delete(CACHES + "/words/a%20b").status()).isEqualTo(204);
        assertThat(cache.peek("a b").toCompletableFuture().join()).isEmpty();
        var _ = cache.get("c").toCompletableFuture().join();
        assertThat(server.delete(CACHES + "/words").status()).isEqualTo(204);
        assertThat(cache.peek("c").toCompletableFuture().join()).isEmpty();
    }

    @Test
    void invalidated_whilePending_is202() {
        var answer = CacheAnswers.invalidated(Reach.PENDING);
        assertThat(answer.code()).isEqualTo(202);
        assertThat(answer.body()).asString().isEqualTo("{\"pending\":true}");
    }

    @Test
    void cacheThatIsNotThere_is404() {
        assertProblem(server.get(CACHES + "/none"), 404, "unknown-cache");
        assertProblem(server.delete(CACHES + "/none"), 404, "unknown-cache");
        assertProblem(server.delete(CACHES + "/none/key"), 404, "unknown-cache");
        assertProblem(server.post(CACHES + "/none/warm", "{\"keys\":[\"a\"]}"), 404, "unknown-cache");
    }

    @Test
    void warm_ofACacheWithoutLoader_saysSo() {
        assertProblem(server.post(CACHES + "/askers/warm", "{\"keys\":[\"a\"]}"), 409, "cache-without-loader");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                | keys
            {"keys":[]}       | keys
            {"keys":"a"}      | keys
            {"keys":[7]}      | keys[0]
            {"keys":["a",""]} | keys[1]
            {"keys":[null]}   | keys[0]
            """)
    void warm_withWrongKeys_namesThem(String body, String field) {
        assertInvalid(server.post(CACHES + "/words/warm", body), field);
    }

    @Test
    void warm_tooManyKeys_isRefused() {
        String keys = IntStream.rangeClosed(0, MultiLevelCache.WARM_KEYS_MAX).mapToObj(i -> "\"" + i + "\"")
                .collect(Collectors.joining(","));
        assertInvalid(server.post(CACHES + "/words/warm", "{\"keys\":[" + keys + "]}"), "keys");
    }

    @Test
    void delete_keyThatIsNone_isRefused() {
        assertInvalid(server.delete(CACHES + "/words/%01"), "key");
        assertInvalid(server.delete(CACHES + "/words/" + "x".repeat(257)), "key");
    }

    private void level(String level) {
        assertThat(server.send("PUT", "/api/v1/degradation/override", BodyPublishers.ofString("{\"level\":\"" + level
                + "\",\"feature\":\"cache\",\"reason\":\"drill\",\"ttl\":\"10m\"}"), "Content-Type", "application/json")
                .status()).isEqualTo(200);
    }

    @Test
    void effort_atEachLevel_isLess() {
        assertThat(caches.effort()).isEqualTo(Effort.FULL);
        level("degraded");
        assertThat(caches.effort()).isEqualTo(Effort.NO_EARLY_REFRESH);
        level("minimal");
        assertThat(caches.effort()).isEqualTo(Effort.LOCAL);
        assertThat(cache.get("answered all the same").toCompletableFuture().join().value())
                .contains("answered all the same");
        assertThat(server.delete("/api/v1/degradation/override?feature=cache").status()).isEqualTo(200);
        assertThat(caches.effort()).isEqualTo(Effort.FULL);
    }
}
