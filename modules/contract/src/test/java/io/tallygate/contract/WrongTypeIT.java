package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Somebody else's key in a counter's place, which only Redis can have. */
@EveryStore
@EnabledIf(value = "io.tallygate.contract.Stores#isRedis", disabledReason = "the store's columns have types")
class WrongTypeIT extends Suite {

    private final Counter bad = new Counter(seed.name("item"), seed.name("wrong"));

    @BeforeEach
    void putSomethingElse() {
        ((RedisServer) store).command("SET {tallygate:0}:counters:" + bad.counterType() + " x");
    }

    @Test
    void itsReadsSaySoAndNoOtherReadWaits() {
        Counter good = freshCounter();
        assertThat(counterApi.increment(good, 5)).isEqualTo(5);
        for (int i = 0; i < 3; i++) {
            Answer answer = api.get(bad.path());
            assertThat(answer).hasStatus(500).isProblem("wrong-type");
            assertThat(counterApi.value(good)).isEqualTo(5);
        }
    }

    @Test
    void itsWritesSaySoAndNoOtherWriteFails() {
        Counter good = freshCounter();
        Answer answer = api.post(CounterApi.INCREMENT, Json.increment(bad, 1));
        assertThat(answer).hasStatus(500).isProblem("wrong-type");
        Answer batch = api.post(CounterApi.BATCH_INCREMENT,
                Json.object("operations", List.of(Json.increment(bad, 1), Json.increment(good, 2))));
        assertThat(batch).hasStatus(207);
        assertThat(batch.each("results", "status")).containsExactly("invalid", "applied");
        assertThat(counterApi.value(good)).isEqualTo(2);
    }
}
