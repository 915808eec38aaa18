package io.tallygate.functions.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.BeanInstantiationException;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Increment;
import io.tallygate.counter.Window;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.RowKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FunctionContextTest {

    private static final RowKey COUNTER = CounterKey.of("item", "likes");

    @Test
    void start_onAStore_seesAtOnceWhatAnotherFunctionWrites() {
        try (var store = new TestStore();
                ApplicationContext one = store.start();
                ApplicationContext other = store.start()) {
            for (int i = 1; i <= 20; i++) {
                Counters writer = (i % 2 == 0 ? one : other).getBean(Counters.class);
                Counters reader = (i % 2 == 0 ? other : one).getBean(Counters.class);
                writer.write(new Posting(List.of(Increment.of(COUNTER, 1)))).toCompletableFuture().join();
                assertThat(reader.get(COUNTER, Consistency.CACHED).toCompletableFuture().join().value()).isEqualTo(i);
                assertThat(reader.top("likes", Window.ALL, 1).toCompletableFuture().join().entries().getFirst().value())
                        .isEqualTo(i);
            }
        }
    }

    @Test
    void start_onAStore_leavesPurgingToThePurge() {
        try (var store = new TestStore(); ApplicationContext context = store.start()) {
            LedgerStore background = context.getBean(LedgerStore.class);
            assertThat(background).isInstanceOf(ForegroundStore.class);
            background.ping();
            assertThat(background.purgeExpired(Instant.now(), 1)).isZero();
            assertThat(context.getBean(Purge.class).run(Instant.now(), () -> false)).isZero();
        }
    }

    @Test
    void start_withoutItsStore_fails() {
        assertThatThrownBy(() -> FunctionContext.start(
                Map.of("TALLYGATE_STORE", "redis", "TALLYGATE_REDIS_URI", "redis://127.0.0.1:1"))).isInstanceOf(
                        BeanInstantiationException.class);
    }
}
