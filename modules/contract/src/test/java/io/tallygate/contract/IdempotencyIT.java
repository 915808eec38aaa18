package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A request that is repeated with its key gets the same answer and has one effect. */
@EveryStore
class IdempotencyIT extends Suite {

    private static final Duration VISIBLE = Duration.ofSeconds(30);
    private static final int CLIENTS = 32;

    @Test
    void aReplayGetsTheSameAnswerWhateverHappenedSince() {
        Counter counter = freshCounter();
        String key = seed.name("key");
        Answer first = counterApi.incrementWithKey(counter, 5, key);
        assertThat(first).isOk().isNotReplayed();
        counterApi.increment(counter, 100);
        for (int i = 0; i < 3; i++) {
            Answer again = counterApi.incrementWithKey(counter, 5, key);
            assertSame(again, first);
            assertThat(again).isReplayed();
        }
        assertThat(counterApi.value(counter)).isEqualTo(105);
    }

    @Test
    void anotherKeyIsAnotherRequest() {
        Counter counter = freshCounter();
        counterApi.incrementWithKey(counter, 5, seed.name("key"));
        counterApi.incrementWithKey(counter, 5, seed.name("key"));
        counterApi.increment(counter, 5);
        assertThat(counterApi.value(counter)).isEqualTo(15);
    }

    @Test
    void theSameKeyWithAnotherBodyIsRefused() {
        Counter counter = freshCounter();
        Counter other = freshCounter();
        String key = seed.name("key");
        Answer first = counterApi.incrementWithKey(counter, 5, key);
        assertThat(counterApi.incrementWithKey(counter, 6, key)).isProblem(422);
        assertThat(counterApi.incrementWithKey(other, 5, key)).isProblem(422);
        assertThat(counterApi.value(counter)).isEqualTo(5);
        assertThat(counterApi.value(other)).isZero();
        assertSame(counterApi.incrementWithKey(counter, 5, key), first);
    }

    @Test
    void aRejectedRequestDoesNotUseUpItsKey() {
        Counter counter = freshCounter();
        String key = seed.name("key");
        assertThat(counterApi.incrementWithKey(counter, 0, key)).isProblem(400);
        assertThat(counterApi.incrementWithKey(counter, 5, key)).isOk();
        assertThat(counterApi.value(counter)).isEqualTo(5);
    }

    @Test
    void repetitionsAtTheSameMomentHaveOneEffectAndOneAnswer() {
        for (int round = 0; round < 10; round++) {
            Counter counter = freshCounter();
            String key = seed.name("key");
            List<Answer> answers = Clients.atOnce(CLIENTS, client -> counterApi.incrementWithKey(counter, 3, key));
            answers.forEach(answer -> assertSame(answer, answers.getFirst()));
            assertThat(answers.getFirst()).isOk();
            assertThat(answers.getFirst().json().path("value").longValue()).isEqualTo(3);
            assertThat(counterApi.value(counter)).isEqualTo(3);
        }
    }

    @Test
    void aRaceBetweenTwoBodiesWithOneKeyHasOneWinner() {
        for (int round = 0; round < 10; round++) {
            Counter counter = freshCounter();
            String key = seed.name("key");
            List<Answer> answers = Clients.atOnce(CLIENTS,
                    client -> counterApi.incrementWithKey(counter, 1 + client % 2, key));
            long value = counterApi.value(counter);
            assertThat(value).isIn(1L, 2L);
            for (int client = 0; client < CLIENTS; client++) {
                int expected = 1 + client % 2 == value ? 200 : 422;
                assertThat(answers.get(client)).hasStatus(expected);
            }
        }
    }

    @Test
    void aBatchWithAKeyIsAppliedOnce() {
        Counter a = freshCounter();
        Counter b = freshCounter();
        String body = Json.batch(List.of(Json.increment(a, 1), Json.increment(b, 2), Json.increment(a, 3)));
        String key = seed.name("key");
        List<Answer> answers = Clients.atOnce(CLIENTS,
                client -> api.post(CounterApi.BATCH_INCREMENT, body, Api.KEY_HEADER, key));
        answers.forEach(answer -> assertSame(answer, answers.getFirst()));
        assertThat(answers.getFirst()).isOk();
        assertThat(counterApi.value(a)).isEqualTo(4);
        assertThat(counterApi.value(b)).isEqualTo(2);
        String other = Json.batch(List.of(Json.increment(a, 1)));
        assertThat(api.post(CounterApi.BATCH_INCREMENT, other, Api.KEY_HEADER, key)).isProblem(422);
        assertThat(counterApi.value(a)).isEqualTo(4);
    }

    @Test
    void aBatchWithAnInvalidOperationIsReplayedAsItWas() {
        Counter counter = freshCounter();
        String body = Json.batch(List.of(Json.increment(counter, 1), Json.increment(counter, 0)));
        String key = seed.name("key");
        Answer first = api.post(CounterApi.BATCH_INCREMENT, body, Api.KEY_HEADER, key);
        assertThat(first).hasStatus(207).isNotReplayed();
        Answer again = api.post(CounterApi.BATCH_INCREMENT, body, Api.KEY_HEADER, key);
        assertSame(again, first);
        assertThat(again).isReplayed();
        assertThat(counterApi.value(counter)).isEqualTo(1);
    }

    @Test
    void anOperationWithARequestIdIsAppliedOnceInWhicheverBatchItComes() {
        Counter counter = freshCounter();
        var operation = Json.increment(counter, 5);
        operation.put("request_id", seed.name("request"));
        Answer first = counterApi.batchIncrement(List.of(operation));
        assertThat(first).isOk();
        Answer second = counterApi
                .batchIncrement(List.of(Json.increment(counter, 10), operation, Json.increment(counter, 20)));
        assertThat(second).isOk().isNotReplayed();
        assertThat(second.json().path("results").get(1).path("value").longValue()).as("%s", second).isEqualTo(5);
        assertThat(counterApi.value(counter)).isEqualTo(35);
    }

    @Test
    void aRequestIdTwiceInOneBatchCountsOnce() {
        Counter counter = freshCounter();
        var operation = Json.increment(counter, 5);
        operation.put("request_id", seed.name("request"));
        Answer answer = counterApi.batchIncrement(List.of(operation, operation, Json.increment(counter, 1)));
        assertThat(answer).isOk();
        JsonNode results = answer.json().path("results");
        assertThat(results.get(1)).as("the repetition's answer in %s", answer).isEqualTo(results.get(0));
        assertThat(counterApi.value(counter)).isEqualTo(6);
    }

    @Test
    void aRequestIdWithAnotherOperationFailsAlone() {
        Counter counter = freshCounter();
        String id = seed.name("request");
        var first = Json.increment(counter, 5);
        first.put("request_id", id);
        var other = Json.increment(counter, 6);
        other.put("request_id", id);
        assertThat(counterApi.batchIncrement(List.of(first))).isOk();
        Answer answer = counterApi.batchIncrement(List.of(other, Json.increment(counter, 1)));
        assertThat(answer).hasStatus(207);
        JsonNode results = answer.json().path("results");
        assertThat(results.get(0).path("status").asText()).as("%s", answer).isNotEqualTo("applied");
        assertThat(results.get(0).has("error")).as("%s", answer).isTrue();
        assertThat(results.get(1).path("status").asText()).as("%s", answer).isEqualTo("applied");
        assertThat(counterApi.value(counter)).isEqualTo(6);
    }

    @Test
    void batchesThatOverlapAtTheSameMomentCountEachOperationOnce() {
        Counter counter = freshCounter();
        var operations = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 50; i++) {
            var operation = Json.increment(counter, 1);
            operation.put("request_id", seed.name("request"));
            operations.add(operation);
        }
        Clients.atOnce(CLIENTS, client -> {
            Answer answer = counterApi.batchIncrement(operations.subList(client, client + 18));
            assertThat(answer).isOk();
            return client;
        });
        assertThat(counterApi.value(counter)).as("operations 0 to 48, each once").isEqualTo(CLIENTS - 1 + 18);
    }

    @Test
    void anAsyncRequestWithAKeyIsAcceptedAgainAndCountedOnce() {
        Counter counter = freshCounter();
        var body = Json.increment(counter, 5);
        body.put("async", true);
        String key = seed.name("key");
        Clients.atOnce(CLIENTS, client -> {
            Answer answer = api.post(CounterApi.INCREMENT, Json.text(body), Api.KEY_HEADER, key);
            assertThat(answer).hasStatus(202);
            return client;
        });
        Await.until(VISIBLE, "the increment is visible", () -> counterApi.value(counter) == 5);
        assertThat(api.post(CounterApi.INCREMENT, Json.text(body), Api.KEY_HEADER, key)).hasStatus(202);
        // Committed after it, so whatever a repetition did would show.
        Await.until(VISIBLE, "a later async request is visible", () -> {
            Counter later = freshCounter();
            var next = Json.increment(later, 1);
            next.put("async", true);
            assertThat(api.post(CounterApi.INCREMENT, next)).hasStatus(202);
            return Await.within(VISIBLE, () -> counterApi.value(later) == 1);
        });
        assertThat(counterApi.value(counter)).isEqualTo(5);
    }

    @Test
    @OwnDeployment
    void aKeySurvivesARestartAndACrash() {
        Counter counter = freshCounter();
        Counter batched = freshCounter();
        String key = seed.name("key");
        String batchKey = seed.name("key");
        String batch = Json.batch(List.of(Json.increment(batched, 2), Json.increment(batched, 3)));
        var operation = Json.increment(batched, 4);
        operation.put("request_id", seed.name("request"));
        Answer first = counterApi.incrementWithKey(counter, 5, key);
        Answer firstBatch = api.post(CounterApi.BATCH_INCREMENT, batch, Api.KEY_HEADER, batchKey);
        Answer firstOperation = counterApi.batchIncrement(List.of(operation));
        for (Runnable interruption : List.<Runnable>of(deployment::restart, this::crash)) {
            interruption.run();
            assertSame(counterApi.incrementWithKey(counter, 5, key), first);
            assertSame(api.post(CounterApi.BATCH_INCREMENT, batch, Api.KEY_HEADER, batchKey), firstBatch);
            assertSame(counterApi.batchIncrement(List.of(operation)), firstOperation);
            assertThat(counterApi.incrementWithKey(counter, 6, key)).isProblem(422);
            assertThat(counterApi.value(counter)).isEqualTo(5);
            assertThat(counterApi.value(batched)).isEqualTo(9);
        }
    }

    private void crash() {
        deployment.kill();
        deployment.start();
    }

    private static void assertSame(Answer answer, Answer first) {
        assertThat(answer).as("first %s", first).hasStatus(first.status());
        assertThat(answer.json()).as("first %s", first).isEqualTo(first.json());
    }
}
