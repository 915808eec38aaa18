package io.tallygate.functions.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.crac.Core;
import io.lettuce.core.RedisClient;
import io.micronaut.context.ApplicationContext;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Increment;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RowKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The hook as Lambda's own runtime client calls it after a restore. */
class RestoreHookTest {

    private static final RowKey COUNTER = CounterKey.of("item", "likes");

    @Test
    void afterRestore_ofAProcessThatWrote_writesUnderAnotherName() throws Exception {
        try (var store = new TestStore(); ApplicationContext context = store.start()) {
            assertThat(writers(store)).isEmpty();
            assertThat(increment(context, 5)).isEqualTo(new PostingResult.Committed(Outcomes.applied(5)));
            assertThat(increment(context, 1)).isEqualTo(new PostingResult.Committed(Outcomes.applied(6)));
            assertThat(writers(store)).hasSize(1);

            Core.getGlobalContext().afterRestore(null);

            assertThat(increment(context, 70)).isEqualTo(new PostingResult.Committed(Outcomes.applied(76)));
            assertThat(writers(store)).hasSize(2);
        }
    }

    private static PostingResult increment(ApplicationContext context, long delta) {
        return context.getBean(Counters.class).write(new Posting(List.of(Increment.of(COUNTER, delta))))
                .toCompletableFuture().join();
    }

    private static List<String> writers(TestStore store) {
        RedisClient client = RedisClient.create(store.variables().get("TALLYGATE_REDIS_URI"));
        try (var connection = client.connect()) {
            return connection.sync().keys("*:flush:*");
        } finally {
            client.shutdown();
        }
    }
}
