package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many counters in one request. */
class BatchIT extends Suite {

    private static final Duration VISIBLE = Duration.ofSeconds(30);
    private static final int OPERATIONS_MAX = 1_000;

    @Test
    void everyOperationIsAppliedAndAnsweredInOrder() {
        Counter a = freshCounter();
        Counter b = freshCounter();
        Answer answer = counterApi
                .batchIncrement(List.of(Json.increment(a, 1), Json.increment(b, 10), Json.increment(a, 2),
                        Json.increment(b, -4)));
        assertThat(answer).isOk();
        JsonNode results = answer.json().path("results");
        assertThat(answer.each("results", "status")).as("%s", answer).containsExactly("applied", "applied", "applied",
                "applied");
        assertThat(values(results)).as("%s", answer).containsExactly(1L, 10L, 3L, 6L);
        assertThat(counterApi.value(a)).isEqualTo(3);
        assertThat(counterApi.value(b)).isEqualTo(6);
    }

    @Test
    void aRandomBatchOfTheLargestSizeAnswersAsAModelDoes() {
        RandomGenerator random = seed.random(1);
        List<Counter> counters = freshCounters(37);
        var model = new HashMap<Counter, Long>();
        for (int round = 0; round < 3; round++) {
            var operations = new ArrayList<Map<String, Object>>();
            var expected = new ArrayList<Long>();
            for (int i = 0; i < OPERATIONS_MAX; i++) {
                Counter counter = counters.get(random.nextInt(counters.size()));
                long delta = random.nextLong(-1_000, 1_000);
                delta = delta == 0 ? 1 : delta;
                operations.add(Json.increment(counter, delta));
                expected.add(model.merge(counter, delta, Long::sum));
            }
            Answer answer = counterApi.batchIncrement(operations);
            assertThat(answer).as("%s", seed).isOk();
            assertThat(values(answer.json().path("results"))).as("%s", seed).isEqualTo(expected);
        }
        model.forEach((counter, value) -> assertThat(counterApi.value(counter)).as("%s (%s)", counter, seed)
                .isEqualTo(value));
    }

    @Test
    void operationsTakeTheSameFieldsAsASingleIncrement() {
        Counter a = freshCounter();
        Counter b = freshCounter();
        var plain = Json.object("resource_id", a.resourceId(), "counter_type", a.counterType());
        var alias = Json.object("resource_id", b.resourceId(), "counter_type", b.counterType(), "increment", 4,
                "user_id",
                "user-1", "colour", "green");
        Answer answer = counterApi.batchIncrement(List.of(plain, alias));
        assertThat(answer).isOk();
        assertThat(values(answer.json().path("results"))).containsExactly(1L, 4L);
    }

    @Test
    void invalidOperationsAreToldInTheirPlaceAndTheOthersApplied() {
        Counter a = freshCounter();
        Counter b = freshCounter();
        var nameless = Json.object("counter_type", a.counterType(), "delta", 1);
        Answer answer = counterApi.batchIncrement(List.of(Json.increment(a, 1), Json.increment(b, 0), nameless,
                Json.increment(b, 5), Json.increment(a, (1L << 53) + 1), Json.increment(a, 2)));
        assertThat(answer).hasStatus(207);
        JsonNode results = answer.json().path("results");
        assertThat(answer.each("results", "status")).as("%s", answer).containsExactly("applied", "invalid", "invalid",
                "applied", "invalid", "applied");
        for (int invalid : new int[]{1, 2, 4}) {
            JsonNode error = results.get(invalid).path("error");
            assertThat(error.isMissingNode() || error.isNull() || error.toString().length() < 5)
                    .as("an error that says something in %s", results.get(invalid)).isFalse();
        }
        assertThat(results.get(1).path("error").toString()).contains("delta");
        assertThat(results.get(2).path("error").toString()).contains("resource_id");
        assertThat(results.get(0).path("value").longValue()).isEqualTo(1);
        assertThat(results.get(3).path("value").longValue()).isEqualTo(5);
        assertThat(results.get(5).path("value").longValue()).isEqualTo(3);
        assertThat(counterApi.value(a)).isEqualTo(3);
        assertThat(counterApi.value(b)).isEqualTo(5);
    }

    @Test
    void anOverflowingOperationFailsAlone() {
        Counter full = freshCounter();
        Counter other = freshCounter();
        Counters.raiseToMaximum(counterApi, full);
        Answer answer = counterApi.batchIncrement(List.of(Json.increment(other, 1), Json.increment(full, 1),
                Json.increment(full, -5), Json.increment(full, 1), Json.increment(other, 1)));
        assertThat(answer).hasStatus(207);
        JsonNode results = answer.json().path("results");
        assertThat(results.get(1).path("status").asText()).isNotEqualTo("applied");
        assertThat(results.get(1).path("error").toString()).as("%s", answer).contains("overflow");
        assertThat(results.get(0).path("value").longValue()).isEqualTo(1);
        assertThat(results.get(2).path("value").longValue()).isEqualTo(Long.MAX_VALUE - 5);
        assertThat(results.get(3).path("value").longValue()).isEqualTo(Long.MAX_VALUE - 4);
        assertThat(results.get(4).path("value").longValue()).isEqualTo(2);
        assertThat(counterApi.value(full)).isEqualTo(Long.MAX_VALUE - 4);
        assertThat(counterApi.value(other)).isEqualTo(2);
    }

    @Test
    void anAsyncBatchIsAcceptedAtOnceAndVisibleSoon() {
        Counter a = freshCounter();
        Counter b = freshCounter();
        Answer answer = api.post(CounterApi.BATCH_INCREMENT, Json.object("operations",
                List.of(Json.increment(a, 1), Json.increment(b, 2), Json.increment(a, 3)), "async", true));
        assertThat(answer).hasStatus(202);
        assertThat(answer.json().path("accepted").intValue()).as("%s", answer).isEqualTo(3);
        Await.until(VISIBLE, "the accepted batch is visible",
                () -> counterApi.value(a) == 4 && counterApi.value(b) == 2);
    }

    @Test
    void noOperationIsTooFewAndMoreThanAThousandTooMany() {
        Counter counter = freshCounter();
        assertThat(counterApi.batchIncrement(List.of())).isInvalid("operations");
        List<Map<String, Object>> tooMany = IntStream.rangeClosed(0, OPERATIONS_MAX)
                .mapToObj(i -> Json.increment(counter, 1)).toList();
        assertThat(counterApi.batchIncrement(tooMany)).isInvalid("operations");
        assertThat(counterApi.value(counter)).isZero();
    }

    @Test
    void aBatchOfReadsAnswersInOrder() {
        Counter a = freshCounter();
        Counter b = freshCounter();
        Counter untouched = freshCounter();
        counterApi.increment(a, 3);
        counterApi.increment(b, 4);
        Answer answer = readAll(List.of(b, untouched, a, b));
        assertThat(answer).isOk();
        JsonNode results = answer.json().path("results");
        assertThat(values(results)).as("%s", answer).containsExactly(4L, 0L, 3L, 4L);
        assertThat(answer.each("results", "resource_id")).containsExactly(b.resourceId(), untouched.resourceId(),
                a.resourceId(), b.resourceId());
        assertThat(answer.each("results", "counter_type")).containsExactly(b.counterType(), untouched.counterType(),
                a.counterType(), b.counterType());
    }

    @Test
    void aThousandReadsFitInOneRequestAndNeitherNoneNorMoreDo() {
        Counter counter = freshCounter();
        counterApi.increment(counter, 3);
        Answer answer = readAll(IntStream.range(0, OPERATIONS_MAX).mapToObj(i -> counter).toList());
        assertThat(answer).isOk();
        assertThat(values(answer.json().path("results"))).hasSize(OPERATIONS_MAX).containsOnly(3L);
        assertThat(readAll(List.of())).isInvalid("queries");
        assertThat(readAll(IntStream.rangeClosed(0, OPERATIONS_MAX).mapToObj(i -> counter).toList()))
                .isInvalid("queries");
    }

    @Test
    void aBatchOfReadsNamesTheFieldThatIsWrong() {
        assertThat(api.post(CounterApi.BATCH_GET, Json.object("queries", List.of(Json.object("resource_id", "a")))))
                .isInvalid("counter_type");
        assertThat(api.post(CounterApi.BATCH_GET,
                Json.object("queries", List.of(Json.object("resource_id", "", "counter_type", "b")))))
                .isInvalid("resource_id");
        assertThat(api.post(CounterApi.BATCH_GET, Json.object("queries", "all"))).isInvalid("queries");
        assertThat(api.post(CounterApi.BATCH_GET, Json.object())).isInvalid("queries");
    }

    private Answer readAll(List<Counter> counters) {
        List<Map<String, Object>> queries = counters.stream()
                .map(c -> Json.object("resource_id", c.resourceId(), "counter_type", c.counterType())).toList();
        return api.post(CounterApi.BATCH_GET, Json.object("queries", queries));
    }

    private static List<Long> values(JsonNode results) {
        var values = new ArrayList<Long>();
        results.forEach(result -> values.add(result.path("value").longValue()));
        return values;
    }
}
