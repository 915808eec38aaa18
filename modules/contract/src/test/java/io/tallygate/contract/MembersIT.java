package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which members of a body count: their names, their keys, and what it means that one is null. */
@StoreDoesNotMatter
class MembersIT extends Suite {

    @Test
    void aRequestIdInASingleIncrementMakesItCountOnce() {
        Counter counter = freshCounter();
        var increment = Json.increment(counter, 5);
        increment.put("request_id", seed.name("request"));
        Answer first = api.post(CounterApi.INCREMENT, increment);
        assertThat(first).isOk();
        counterApi.increment(counter, 100);
        Answer second = api.post(CounterApi.INCREMENT, increment);
        assertThat(second.json()).as("%s", second).isEqualTo(first.json());
        Answer batch = counterApi.batchIncrement(List.of(increment));
        assertThat(batch.json().path("results").get(0).path("value").longValue())
                .as("the same operation in %s", batch).isEqualTo(5);
        assertThat(counterApi.value(counter)).isEqualTo(105);
        increment.put("delta", 6);
        assertThat(api.post(CounterApi.INCREMENT, increment)).isProblem(422);
        assertThat(counterApi.value(counter)).isEqualTo(105);
    }

    @Test
    void aHeaderAndARequestIdAreOneName() {
        Counter counter = freshCounter();
        String key = seed.name("request");
        assertThat(counterApi.incrementWithKey(counter, 5, key)).isOk();
        var increment = Json.increment(counter, 5);
        increment.put("request_id", key);
        assertThat(api.post(CounterApi.INCREMENT, increment)).isOk().isReplayed();
        assertThat(counterApi.batchIncrement(List.of(increment))).isOk().isReplayed();
        assertThat(counterApi.value(counter)).isEqualTo(5);
    }

    @Test
    void aRequestIdOfAWholeBatchIsItsIdempotencyKey() {
        Counter counter = freshCounter();
        String key = seed.name("batch");
        List<Map<String, Object>> operations = List.of(Json.increment(counter, 1), Json.increment(counter, 2));
        String body = Json.text(Json.object("request_id", key, "operations", operations));
        Answer first = api.post(CounterApi.BATCH_INCREMENT, body);
        assertThat(first).isOk();
        assertThat(api.post(CounterApi.BATCH_INCREMENT, body).json()).isEqualTo(first.json());
        assertThat(api.post(CounterApi.BATCH_INCREMENT, Json.batch(operations), Api.KEY_HEADER, key).json())
                .isEqualTo(first.json());
        assertThat(counterApi.value(counter)).isEqualTo(3);
    }

    @Test
    @OverHttpOnly(because = "a request has one name there")
    void aHeaderAndARequestIdMustNameTheSame() {
        Counter counter = freshCounter();
        var increment = Json.increment(counter, 5);
        String key = seed.name("request");
        increment.put("request_id", key);
        String body = Json.text(increment);
        assertThat(api.post(CounterApi.INCREMENT, body, Api.KEY_HEADER, key + "-2")).isInvalid("request_id");
        assertThat(counterApi.value(counter)).isZero();
        assertThat(api.post(CounterApi.INCREMENT, body, Api.KEY_HEADER, key)).isOk();
        assertThat(api.post(CounterApi.INCREMENT, body, Api.KEY_HEADER, key)).isOk();
        assertThat(counterApi.incrementWithKey(counter, 5, key)).as("as it was before request_id was read").isOk();
        assertThat(counterApi.value(counter)).isEqualTo(5);
    }

    @Test
    @OverHttpOnly(because = "there are no addresses")
    void theSameKeyAtAnotherSpellingOfThePathIsTheSameRequest() {
        Counter counter = freshCounter();
        String key = seed.name("key");
        String body = Json.text(Json.increment(counter, 5));
        Answer first = api.post(CounterApi.INCREMENT + "/", body, Api.KEY_HEADER, key);
        assertThat(first).isOk();
        for (String path : List.of(CounterApi.INCREMENT, CounterApi.INCREMENT + "?a=b",
                CounterApi.INCREMENT + "/?a=b")) {
            Answer again = api.post(path, body, Api.KEY_HEADER, key);
            assertThat(again.json()).as("%s", again).isEqualTo(first.json());
        }
        String batch = Json.batch(List.of(Json.increment(counter, 1)));
        String batchKey = seed.name("key");
        Answer firstBatch = api.post(CounterApi.BATCH_INCREMENT, batch, Api.KEY_HEADER, batchKey);
        assertThat(api.post(CounterApi.BATCH_INCREMENT + "/", batch, Api.KEY_HEADER, batchKey).json())
                .isEqualTo(firstBatch.json());
        assertThat(counterApi.value(counter)).isEqualTo(6);
    }

    @ParameterizedTest
    @OverHttpOnly(because = "members have numbers")
    @CsvSource({"dleta,delta", "deltas,delta", "incremnet,increment", "userId,user_id", "Async,async",
            "requestId,request_id", "request-id,request_id", "idempotency_key,request_id", "idempotencyKey,request_id"})
    void aMisspeltMemberIsToldTheRightOne(String misspelt, String right) {
        Counter counter = freshCounter();
        var increment = Json.increment(counter, 1);
        increment.put(misspelt, 2);
        Answer answer = api.post(CounterApi.INCREMENT, increment);
        assertThat(answer).isInvalid(misspelt);
        assertThat(answer.json().path("detail").asText()).contains("did you mean \"" + right + "\"?");
        Answer batch = counterApi.batchIncrement(List.of(increment));
        assertThat(batch).hasStatus(207);
        assertThat(batch.body()).contains("did you mean \\\"" + right + "\\\"?");
        assertThat(counterApi.value(counter)).isZero();
    }

    @Test
    @OverHttpOnly(because = "members have numbers")
    void aMisspeltMemberOfAQueryIsToldTheRightOne() {
        Answer answer = api.post(CounterApi.BATCH_GET, "{\"queries\":[{\"resourceId\":\"a\",\"counter_type\":\"b\"}]}");
        assertThat(answer).isInvalid("queries[0].resourceId");
        assertThat(answer.body()).contains("did you mean \\\"resource_id\\\"?");
        assertThat(api.post(CounterApi.BATCH_GET, "{\"querys\":[]}").body()).contains("querys");
        assertThat(api.post(CounterApi.BATCH_INCREMENT, "{\"operation\":[]}").body())
                .contains("did you mean \\\"operations\\\"?");
    }

    @Test
    @OverHttpOnly(because = "there are no addresses")
    void aMisspeltParameterIsToldTheRightOne() {
        Answer answer = api.get(freshCounter().path() + "?consistancy=strong");
        assertThat(answer).isInvalid("consistancy");
        assertThat(answer.json().path("detail").asText()).contains("did you mean \"consistency\"?");
        assertThat(api.get("/api/v1/leaderboard/likes?Limit=5")).isInvalid("Limit");
        assertThat(api.get(freshCounter().path() + "?cache=no&_=1")).isOk();
    }

    @ParameterizedTest
    @OverHttpOnly(because = "a message has the members it has")
    @ValueSource(strings = {"data", "note", "id", "source", "source_id", "user_ip", "user_name", "request_ts",
            "requested",
            "sync", "type", "value", "x"})
    void anyOtherMemberIsIgnored(String name) {
        Counter counter = freshCounter();
        var increment = Json.increment(counter, 1);
        increment.put(name, "anything");
        assertThat(api.post(CounterApi.INCREMENT, increment)).isOk();
        assertThat(counterApi.batchIncrement(List.of(increment))).isOk();
        assertThat(counterApi.value(counter)).isEqualTo(2);
    }

    @Test
    @OverHttpOnly(because = "a message has no null")
    void anOptionalMemberThatIsNullIsAbsent() {
        Counter counter = freshCounter();
        String name = "{\"resource_id\":" + Json.text(counter.resourceId()) + ",\"counter_type\":"
                + Json.text(counter.counterType());
        String nulls = ",\"delta\":null,\"increment\":null,\"user_id\":null,\"async\":null,\"request_id\":null}";
        Answer single = api.post(CounterApi.INCREMENT, name + nulls);
        assertThat(single).isOk().hasValue(1);
        assertThat(api.post(CounterApi.INCREMENT, name + ",\"delta\":null,\"increment\":4}").json().path("value")
                .longValue())
                .isEqualTo(5);
        Answer batch = api.post(CounterApi.BATCH_INCREMENT,
                "{\"async\":null,\"request_id\":null,\"operations\":[" + name + nulls + "]}");
        assertThat(batch).isOk();
        assertThat(counterApi.value(counter)).isEqualTo(6);
    }

    @Test
    @OverHttpOnly(because = "a message has no null")
    void aRequiredMemberThatIsNullIsToldSo() {
        assertNull(api.post(CounterApi.INCREMENT, "{\"resource_id\":null,\"counter_type\":\"a\"}"), "resource_id");
        assertNull(api.post(CounterApi.BATCH_INCREMENT, "{\"operations\":null}"), "operations");
        assertNull(api.post(CounterApi.BATCH_GET, "{\"queries\":null}"), "queries");
        assertNull(api.post(CounterApi.BATCH_GET, "{\"queries\":[{\"resource_id\":\"a\",\"counter_type\":null}]}"),
                "queries[0].counter_type");
    }

    private static void assertNull(Answer answer, String field) {
        assertThat(answer).isInvalid(field);
        assertThat(answer.json().path("detail").asText()).isEqualTo(field + " is required, and must not be null");
    }
}
