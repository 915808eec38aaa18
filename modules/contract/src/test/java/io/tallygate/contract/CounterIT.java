package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One counter: incrementing, reading and resetting it. */
@EveryStore
class CounterIT extends Suite {

    private static final Duration VISIBLE = Duration.ofSeconds(30);

    @Test
    void incrementAnswersWithTheCounterAndItsNewValue() {
        Counter counter = freshCounter();
        Answer answer = api.post(CounterApi.INCREMENT, Json.increment(counter, 5));
        assertThat(answer).isOk();
        assertThat(answer.mediaType()).isEqualTo("application/json");
        assertThat(answer.json().path("resource_id").asText()).isEqualTo(counter.resourceId());
        assertThat(answer.json().path("counter_type").asText()).isEqualTo(counter.counterType());
        assertThat(answer.json().path("value").isIntegralNumber()).isTrue();
        assertThat(answer).hasValue(5);
        assertThat(counterApi.increment(counter, 7)).isEqualTo(12);
    }

    @Test
    void deltaIsOneWhenNothingIsSaid() {
        Counter counter = freshCounter();
        Answer answer = api.post(CounterApi.INCREMENT,
                Json.object("resource_id", counter.resourceId(), "counter_type", counter.counterType()));
        assertThat(answer).isOk().hasValue(1);
    }

    @Test
    void aNegativeDeltaTakesAwayAndMayGoBelowZero() {
        Counter counter = freshCounter();
        assertThat(counterApi.increment(counter, 3)).isEqualTo(3);
        assertThat(counterApi.increment(counter, -10)).isEqualTo(-7);
        assertThat(counterApi.value(counter)).isEqualTo(-7);
    }

    @Test
    void incrementIsAnotherNameOfDelta() {
        Counter counter = freshCounter();
        Answer answer = api.post(CounterApi.INCREMENT, Json.object("resource_id", counter.resourceId(), "counter_type",
                counter.counterType(), "increment", 4));
        assertThat(answer).isOk().hasValue(4);
    }

    @Test
    void bothNamesOfDeltaMayBeGivenWhenTheyAgree() {
        Counter counter = freshCounter();
        var body = Json.increment(counter, 6);
        body.put("increment", 6);
        Answer answer = api.post(CounterApi.INCREMENT, body);
        assertThat(answer).isOk().hasValue(6);
    }

    @Test
    void theLargestDeltaIsTwoToThe53() {
        Counter counter = freshCounter();
        assertThat(counterApi.increment(counter, 1L << 53)).isEqualTo(1L << 53);
        assertThat(counterApi.increment(counter, -(1L << 53))).isZero();
    }

    @Test
    void unknownFieldsAndAUserAreAccepted() {
        Counter counter = freshCounter();
        var body = Json.increment(counter, 2);
        body.put("user_id", "user-1");
        body.put("colour", "green");
        body.put("nested", Json.object("list", new int[]{1, 2, 3}, "nothing", Json.object()));
        Answer answer = api.post(CounterApi.INCREMENT, body);
        assertThat(answer).isOk();
        assertThat(counterApi.value(counter)).isEqualTo(2);
    }

    @Test
    @OverHttpOnly(because = "there are no content types")
    void aCharsetInTheContentTypeIsNoObstacle() {
        Counter counter = freshCounter();
        Answer answer = api.send("POST", CounterApi.INCREMENT,
                BodyPublishers.ofString(Json.text(Json.increment(counter, 1))),
                "Content-Type", "application/json; charset=utf-8");
        assertThat(answer).isOk();
    }

    @Test
    void anAsyncIncrementIsAcceptedAtOnceAndVisibleSoon() {
        Counter counter = freshCounter();
        var body = Json.increment(counter, 9);
        body.put("async", true);
        Answer answer = api.post(CounterApi.INCREMENT, body);
        assertThat(answer).hasStatus(202);
        assertThat(answer.json().path("accepted").isBoolean() && answer.json().path("accepted").booleanValue())
                .isTrue();
        assertThat(answer.json().path("resource_id").asText()).isEqualTo(counter.resourceId());
        assertThat(answer.json().path("counter_type").asText()).isEqualTo(counter.counterType());
        Await.until(VISIBLE, "the accepted increment is visible", () -> counterApi.value(counter) == 9);
    }

    @Test
    void asyncFalseIsTheDefault() {
        Counter counter = freshCounter();
        var body = Json.increment(counter, 9);
        body.put("async", false);
        assertThat(api.post(CounterApi.INCREMENT, body)).isOk();
    }

    @Test
    void aCounterThatWasNeverWrittenIsZero() {
        Counter counter = freshCounter();
        Answer answer = api.get(counter.path());
        assertThat(answer).isOk();
        assertThat(answer.json().path("value").isIntegralNumber()).isTrue();
        assertThat(answer.json().path("value").longValue()).isZero();
    }

    @Test
    void getAnswersWithTheCounterItsValueAndItsAge() {
        Counter counter = freshCounter();
        counterApi.increment(counter, 11);
        Answer answer = api.get(counter.path());
        assertThat(answer).isOk();
        assertThat(answer.mediaType()).isEqualTo("application/json");
        assertThat(answer.json().path("resource_id").asText()).isEqualTo(counter.resourceId());
        assertThat(answer.json().path("counter_type").asText()).isEqualTo(counter.counterType());
        assertThat(answer).hasValue(11);
        assertThat(instant(answer.json().path("as_of"))).as("as_of in %s", answer)
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    }

    @Test
    void aReadAfterAWriteSeesItWithAndWithoutTheCache() {
        Counter counter = freshCounter();
        for (int i = 1; i <= 50; i++) {
            long value = counterApi.increment(counter, 3);
            assertThat(counterApi.cachedValue(counter)).as("read %d", i).isEqualTo(value);
            assertThat(counterApi.value(counter)).as("strong read %d", i).isEqualTo(value);
        }
    }

    @Test
    void resourceAndTypeTogetherNameACounter() {
        Counter likes = freshCounter();
        Counter views = new Counter(likes.resourceId(), likes.counterType() + "-2");
        Counter other = new Counter(likes.resourceId() + "-2", likes.counterType());
        counterApi.increment(likes, 1);
        counterApi.increment(views, 2);
        assertThat(counterApi.value(likes)).isEqualTo(1);
        assertThat(counterApi.value(views)).isEqualTo(2);
        assertThat(counterApi.value(other)).isZero();
    }

    @Test
    void whatLooksTheSameJoinedIsStillTwoCounters() {
        String name = seed.name("a");
        for (String separator : new String[]{":", "/", "|", " ", ",", "\"", "}{", "\\"}) {
            Counter left = new Counter(name + separator + "b", "c");
            Counter right = new Counter(name, "b" + separator + "c");
            counterApi.increment(left, 1);
            assertThat(counterApi.value(right)).as("separator '%s'", separator).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "/", "a b", "a+b", "100%", "%41", "%2F", "ä-ö-ü", "日本語", "👍🏽", "a?b=c", "a#b",
            "a;b=c",
            "..", ".", "../..", "a\\b", "a\"b", "'; DROP TABLE counters; --", "increment", "batch", "{id}", "~user",
            "a&b",
            "\u00a0", "e\u0301", "null", "0", "a:b", "{a}:b", "*", "$1"})
    void anyTextIsAnId(String text) {
        // Alone where it may stand alone, and as a part; as resource and as type.
        String unique = seed.name("n");
        for (Counter counter : new Counter[]{new Counter(text, unique), new Counter(unique, text),
                new Counter(text + unique, text)}) {
            assertThat(counterApi.increment(counter, 2)).as("%s", counter).isEqualTo(2);
            Answer answer = api.get(counter.path());
            assertThat(answer).isOk();
            assertThat(answer.json().path("resource_id").asText()).isEqualTo(counter.resourceId());
            assertThat(answer.json().path("counter_type").asText()).isEqualTo(counter.counterType());
            assertThat(answer).hasValue(2);
        }
    }

    @Test
    void anIdOf256BytesIsAccepted() {
        String unique = seed.name("n");
        String ascii = unique + "x".repeat(256 - unique.length());
        // Two bytes a letter: 256 bytes in fewer letters.
        int rest = 256 - unique.length();
        String multibyte = unique + "x".repeat(rest % 2) + "ü".repeat(rest / 2);
        for (Counter counter : new Counter[]{new Counter(ascii, ascii), new Counter(multibyte, multibyte)}) {
            assertThat(counterApi.increment(counter, 2)).isEqualTo(2);
            assertThat(counterApi.value(counter)).isEqualTo(2);
        }
    }

    @Test
    void deleteSetsTheCounterBackToZeroAsOftenAsItIsAsked() {
        Counter counter = freshCounter();
        counterApi.increment(counter, 5);
        for (int i = 0; i < 3; i++) {
            Answer answer = api.delete(counter.path());
            assertThat(answer).hasStatus(204);
            assertThat(answer.body()).isEmpty();
            assertThat(counterApi.cachedValue(counter)).isZero();
            assertThat(counterApi.value(counter)).isZero();
        }
        assertThat(counterApi.increment(counter, 2)).as("counting starts again").isEqualTo(2);
    }

    @Test
    void deleteOfACounterThatWasNeverWrittenIsNoError() {
        assertThat(api.delete(freshCounter().path())).hasStatus(204);
    }

    @Test
    void anIncrementBeyondTheRangeOfAValueIsAConflictAndChangesNothing() {
        Counter counter = freshCounter();
        Counters.raiseToMaximum(counterApi, counter);
        assertThat(counterApi.value(counter)).isEqualTo(Long.MAX_VALUE);
        for (long delta : new long[]{1, 2, 1L << 53}) {
            Answer answer = api.post(CounterApi.INCREMENT, Json.increment(counter, delta));
            assertThat(answer).hasStatus(409).isProblem("counter-overflow");
            assertThat(counterApi.value(counter)).isEqualTo(Long.MAX_VALUE);
        }
        assertThat(counterApi.increment(counter, -1)).as("it still counts down").isEqualTo(Long.MAX_VALUE - 1);
        assertThat(counterApi.increment(counter, 1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDecrementBelowTheRangeOfAValueIsAConflictAndChangesNothing() {
        Counter counter = freshCounter();
        Counters.lowerToMinimum(counterApi, counter);
        Answer answer = api.post(CounterApi.INCREMENT, Json.increment(counter, -1));
        assertThat(answer).hasStatus(409).isProblem("counter-overflow");
        assertThat(counterApi.value(counter)).isEqualTo(Long.MIN_VALUE);
        assertThat(counterApi.increment(counter, 1)).isEqualTo(Long.MIN_VALUE + 1);
    }

    /** A time as text or as milliseconds since 1970: the contract says what it means, not how it is written. */
    static Instant instant(JsonNode time) {
        return time.isNumber() ? Instant.ofEpochMilli(time.longValue()) : Instant.parse(time.asText());
    }
}
