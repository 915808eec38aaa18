package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cache that every decision about quotas asks. */
@OverHttpOnly(because = "caches are told of over HTTP")
class CacheIT extends QuotaSuite {

    private static final String CACHES = "/api/v1/cache";
    private static final String SUBJECTS = CACHES + "/quota-subjects";

    private final String subject = freshSubject();

    @BeforeEach
    void ask() {
        // Who has no plan is asked about all the same.
        Answer answer = quotas.check(subject, freshType(), 1);
        assertThat(answer.status()).isBetween(200, 499);
    }

    @Test
    void cachesShowWhatTheyHoldAndHaveDone() {
        Answer all = api.get(CACHES);
        assertThat(all).isOk();
        assertThat(all.json().path("caches").findValuesAsText("cache")).contains("quota-plans", "quota-subjects");
        Answer one = api.get(SUBJECTS);
        assertThat(one).isOk();
        JsonNode figures = one.json();
        assertThat(figures.path("loads").asLong()).isPositive();
        for (String figure : List.of("entries", "local_hits", "shared_hits", "load_failures", "stale_answers",
                "evictions", "invalidations_sent", "invalidations_received", "invalidations_pending", "resyncs")) {
            assertThat(figures.path(figure).isIntegralNumber()).as(figure).isTrue();
            assertThat(figures.path(figure).asLong()).as(figure).isNotNegative();
        }
        for (String share : List.of("local_share", "shared_share", "load_share")) {
            assertThat(figures.path(share).asDouble()).as(share).isBetween(0.0, 1.0);
        }
    }

    @Test
    void warmingSaysWhatCameOfEachKey() {
        Answer warmed = api.post(SUBJECTS + "/warm", Json.object("keys", List.of(subject, freshSubject())));
        assertThat(warmed).isOk();
        assertThat(warmed.json().path("loaded").asInt() + warmed.json().path("failed").asInt()).isEqualTo(2);
        assertThat(warmed.json().path("millis").asLong()).isNotNegative();
    }

    @Test
    void aValueAndAllValuesCanBeForgotten() {
        assertThat(api.delete(SUBJECTS + "/" + subject)).hasStatusIn(204, 202);
        assertThat(api.delete(SUBJECTS + "/never%20there")).hasStatusIn(204, 202);
        assertThat(api.delete(SUBJECTS)).hasStatusIn(204, 202);
    }

    @Test
    void aCacheThatIsNotThereIs404() {
        String none = CACHES + "/none";
        assertThat(api.get(none)).hasStatus(404).isProblem("unknown-cache");
        assertThat(api.delete(none)).hasStatus(404).isProblem("unknown-cache");
        assertThat(api.delete(none + "/key")).hasStatus(404).isProblem("unknown-cache");
        assertThat(api.post(none + "/warm", Json.object("keys", List.of("a")))).hasStatus(404)
                .isProblem("unknown-cache");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {}                | keys
            {"keys":[]}       | keys
            {"keys":"a"}      | keys
            {"keys":null}     | keys
            {"keys":[7]}      | keys[0]
            {"keys":["a",""]} | keys[1]
            {"keys":[{}]}     | keys[0]
            """)
    void keysToWarmAre1To10000Texts(String body, String field) {
        assertThat(api.post(SUBJECTS + "/warm", body)).isInvalid(field);
    }

    @Test
    void tooManyKeysAreRefused() {
        assertThat(api.post(SUBJECTS + "/warm", Json.object("keys", Collections.nCopies(10_001, "a"))))
                .isInvalid("keys");
    }

    @Test
    void aKeyInAPathHasTheRulesOfNames() {
        assertThat(api.delete(SUBJECTS + "/" + "x".repeat(257))).isInvalid("key");
        assertThat(api.delete(SUBJECTS + "/%00")).isInvalid("key");
        assertThat(api.delete(SUBJECTS + "/%C3")).isInvalid("key");
    }
}
