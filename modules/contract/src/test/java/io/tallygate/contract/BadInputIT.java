package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields that break a rule: the answer names field, value and rule, and the counter is as it was. */
class BadInputIT extends Suite {

    private static final long BEFORE = 7;

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"\"1\"", "1.5", "-0.5", "true", "[1]", "{}", "\"\"", "0", "9007199254740993",
            "-9007199254740993", "1000000000000000000000000000000", "9223372036854775808", "1e30", "1e-3", "-0"})
    void deltaMustBeAnIntegerInItsRange(String delta) {
        assertRejected(body(Map.of("delta", delta)), "delta");
    }

    @OverHttpOnly(because = "delta has one name")
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"\"1\"", "1.5", "true", "0", "9007199254740993"})
    void theOtherNameOfDeltaHasTheSameRule(String delta) {
        assertRejected(body(Map.of("increment", delta)), "increment");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"1e3", "1000.0"})
    void anIntegerInAnotherSpellingIsTakenAtItsValueOrRejected(String delta) {
        Counter counter = touchedCounter();
        Answer answer = api.post(CounterApi.INCREMENT, text(counter, Map.of("delta", delta)));
        if (answer.status() == 200) {
            assertThat(counterApi.value(counter)).isEqualTo(BEFORE + 1_000);
        } else {
            assertThat(answer).isInvalid("delta");
            assertThat(counterApi.value(counter)).isEqualTo(BEFORE);
        }
    }

    @Test
    @OverHttpOnly(because = "delta has one name")
    void theTwoNamesOfDeltaMustAgree() {
        Counter counter = touchedCounter();
        var fields = Map.of("delta", "1", "increment", "2");
        assertThat(api.post(CounterApi.INCREMENT, text(counter, fields))).isProblem(400);
        assertThat(counterApi.value(counter)).isEqualTo(BEFORE);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"\"true\"", "1", "[]"})
    void asyncMustBeTrueOrFalse(String async) {
        assertRejected(body(Map.of("delta", "1", "async", async)), "async");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"1", "true", "null", "[\"a\"]", "{}", "\"\"", "\"a\\u0000b\"", "\"a\\nb\"", "\"\\u001f\"",
            "\"a\\u007f\"", "\"\\u0085\"", "\"\\ud800\"", "\"a\\udc00b\"", "\"\\ud800x\""})
    void anIdMustBeTextWithoutControlCharacters(String id) {
        String unique = Json.text(seed.name("n"));
        assertThat(api.post(CounterApi.INCREMENT, "{\"resource_id\":" + id + ",\"counter_type\":" + unique + "}"))
                .isInvalid("resource_id");
        assertThat(api.post(CounterApi.INCREMENT, "{\"resource_id\":" + unique + ",\"counter_type\":" + id + "}"))
                .isInvalid("counter_type");
        assertThat(api.post(CounterApi.BATCH_GET,
                "{\"queries\":[{\"resource_id\":" + id + ",\"counter_type\":" + unique + "}]}"))
                .isInvalid("resource_id");
    }

    @Test
    void anIdMustBeThere() {
        assertThat(api.post(CounterApi.INCREMENT, "{\"counter_type\":\"likes\",\"delta\":1}")).isInvalid("resource_id");
        assertThat(api.post(CounterApi.INCREMENT, "{\"resource_id\":\"item\",\"delta\":1}")).isInvalid("counter_type");
        assertThat(api.post(CounterApi.INCREMENT, "{}")).isProblem(400);
    }

    @Test
    void anIdMayHave256BytesAndNotOneMore() {
        String unique = seed.name("n");
        String ascii = unique + "x".repeat(257 - unique.length());
        // 257 bytes in far fewer letters: it is bytes that count.
        int rest = 257 - unique.length();
        String multibyte = unique + "x".repeat(rest % 3) + "語".repeat(rest / 3);
        for (String id : List.of(ascii, multibyte)) {
            assertThat(id.getBytes(StandardCharsets.UTF_8)).hasSize(257);
            assertThat(api.post(CounterApi.INCREMENT, Json.increment(new Counter(id, unique), 1)))
                    .isInvalid("resource_id");
            assertThat(api.post(CounterApi.INCREMENT, Json.increment(new Counter(unique, id), 1)))
                    .isInvalid("counter_type");
            assertThat(api.get(new Counter(id, unique).path())).isInvalid("resource_id");
            assertThat(api.get(new Counter(unique, id).path())).isInvalid("counter_type");
            assertThat(api.delete(new Counter(id, unique).path())).isInvalid("resource_id");
            assertThat(api.get("/api/v1/leaderboard/" + Counter.encode(id))).isInvalid("counter_type");
            assertThat(counterApi.value(new Counter(unique, unique))).isZero();
        }
    }

    @Test
    void controlCharactersInAPathAreInvalidToo() {
        assertThat(api.get("/api/v1/counter/a%00b/likes")).isInvalid("resource_id");
        assertThat(api.get("/api/v1/counter/a/li%0Akes")).isInvalid("counter_type");
        assertThat(api.delete("/api/v1/counter/a%7F/likes")).isInvalid("resource_id");
        assertThat(api.get("/api/v1/leaderboard/li%1Fkes")).isInvalid("counter_type");
    }

    @OverHttpOnly(because = "there are no addresses to decode")
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"/api/v1/counter/a%ff/likes", "/api/v1/counter/a%c3/likes", "/api/v1/counter/a%zz/likes",
            "/api/v1/counter/a%/likes", "/api/v1/counter/a%4/likes", "/api/v1/counter/%ed%a0%80/likes"})
    void aPathThatIsNotPercentEncodedUtf8IsInvalid(String path) {
        Answer answer = Wire.exchange(deployment.baseUrl(), "GET", path, List.of("Connection: close"), new byte[0]);
        assertThat(answer).isProblem(400);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"eventual", "", "STRONG", "strong%20"})
    void anUnknownConsistencyIsInvalid(String consistency) {
        assertThat(api.get(touchedCounter().path() + "?consistency=" + consistency)).isInvalid("consistency");
    }

    static Stream<Arguments> batches() {
        return Stream.of(Arguments.of("{}", "operations"), Arguments.of("{\"operations\":null}", "operations"),
                Arguments.of("{\"operations\":{}}", "operations"), Arguments.of("{\"operations\":\"x\"}", "operations"),
                Arguments.of("{\"operations\":[]}", "operations"),
                Arguments.of("{\"operations\":[{\"resource_id\":\"%s\",\"counter_type\":\"%s\"}],\"async\":\"yes\"}",
                        "async"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void aBatchAsAWholeCanBeInvalid(String body, String field) {
        Counter counter = touchedCounter();
        assertThat(api.post(CounterApi.BATCH_INCREMENT, body.formatted(counter.resourceId(), counter.counterType())))
                .isInvalid(field);
        assertThat(counterApi.value(counter)).isEqualTo(BEFORE);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"1", "null", "\"text\"", "[]", "[{}]", "{}", "true"})
    void anOperationThatIsNoneIsToldInItsPlace(String operation) {
        Counter counter = touchedCounter();
        String good = Json.text(Json.increment(counter, 1));
        Answer answer = api.post(CounterApi.BATCH_INCREMENT,
                "{\"operations\":[" + good + "," + operation + "," + good + "]}");
        assertThat(answer).hasStatus(207);
        assertThat(answer.each("results", "status")).containsExactly("applied", "invalid",
                "applied");
        assertThat(counterApi.value(counter)).isEqualTo(BEFORE + 2);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"\"1\"", "1.5", "true", "0", "9007199254740993", "1000000000000000000000000000000"})
    void anOperationWithABadDeltaIsToldInItsPlace(String delta) {
        Counter counter = touchedCounter();
        String bad = text(counter, Map.of("delta", delta));
        String good = Json.text(Json.increment(counter, 1));
        Answer answer = api.post(CounterApi.BATCH_INCREMENT, "{\"operations\":[" + bad + "," + good + "]}");
        assertThat(answer).hasStatus(207);
        assertThat(answer.each("results", "status")).containsExactly("invalid", "applied");
        assertThat(answer.json().path("results").get(0).path("error").toString()).contains("delta");
        assertThat(counterApi.value(counter)).isEqualTo(BEFORE + 1);
    }

    static Stream<Arguments> badRequestIds() {
        return Stream.of(Arguments.of("\"\""), Arguments.of("1"), Arguments.of("\"a\\u0000\""),
                Arguments.of("\"" + "x".repeat(257) + "\""), Arguments.of("[]"));
    }

    @ParameterizedTest
    @MethodSource("badRequestIds")
    void anOperationWithABadRequestIdIsToldInItsPlace(String requestId) {
        Counter counter = touchedCounter();
        String bad = text(counter, Map.of("request_id", requestId));
        Answer answer = api.post(CounterApi.BATCH_INCREMENT,
                "{\"operations\":[" + Json.text(Json.increment(counter, 1)) + "," + bad + "]}");
        assertThat(answer).hasStatus(207);
        assertThat(answer.each("results", "status")).containsExactly("applied", "invalid");
        assertThat(answer.json().path("results").get(1).path("error").toString()).contains("request_id");
        assertThat(counterApi.value(counter)).isEqualTo(BEFORE + 1);
    }

    @Test
    void aBatchOfNothingButInvalidOperationsChangesNothing() {
        Counter counter = touchedCounter();
        var operations = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 10; i++) {
            operations.add(Json.increment(counter, 0));
        }
        Answer answer = counterApi.batchIncrement(operations);
        assertThat(answer).hasStatus(207);
        assertThat(answer.each("results", "status")).hasSize(10).containsOnly("invalid");
        assertThat(counterApi.value(counter)).isEqualTo(BEFORE);
    }

    @Test
    void anIdempotencyKeyMayHave256BytesAndNotOneMore() {
        Counter counter = touchedCounter();
        String unique = seed.name("k");
        String longest = unique + "k".repeat(256 - unique.length());
        assertThat(counterApi.incrementWithKey(counter, 1, longest + "k")).isProblem(400);
        assertThat(counterApi.value(counter)).isEqualTo(BEFORE);
        assertThat(counterApi.incrementWithKey(counter, 1, longest)).isOk();
        assertThat(counterApi.value(counter)).isEqualTo(BEFORE + 1);
    }

    @ParameterizedTest(name = "''{0}''")
    @ValueSource(strings = {"", " ", "a\tb", "a\u0001b", "a\u007fb"})
    void anIdempotencyKeyMustNotBeEmptyOrHoldControlCharacters(String key) {
        Counter counter = touchedCounter();
        byte[] body = Json.text(Json.increment(counter, 1)).getBytes(StandardCharsets.UTF_8);
        Answer answer = Wire.exchange(deployment.baseUrl(), "POST", CounterApi.INCREMENT,
                List.of("Idempotency-Key: " + key, "Connection: close"), body);
        assertThat(answer).isProblem(400);
        assertThat(counterApi.value(counter)).isEqualTo(BEFORE);
    }

    private Counter touchedCounter() {
        Counter counter = freshCounter();
        counterApi.increment(counter, BEFORE);
        return counter;
    }

    /** A body made of a fresh counter's name and these fields, written as they stand. */
    private Rejected body(Map<String, String> fields) {
        Counter counter = touchedCounter();
        return new Rejected(counter, text(counter, fields));
    }

    private record Rejected(Counter counter, String body) {}

    private void assertRejected(Rejected rejected, String field) {
        assertThat(api.post(CounterApi.INCREMENT, rejected.body())).isInvalid(field);
        assertThat(counterApi.value(rejected.counter())).as("untouched by %s", rejected.body()).isEqualTo(BEFORE);
    }

    private static String text(Counter counter, Map<String, String> fields) {
        var text = new StringBuilder("{\"resource_id\":").append(Json.text(counter.resourceId()))
                .append(",\"counter_type\":").append(Json.text(counter.counterType()));
        fields.forEach((name, value) -> text.append(",\"").append(name).append("\":").append(value));
        return text.append('}').toString();
    }
}
