package io.tallygate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.health.HealthStatus;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Increment;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.EdgeReadiness;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Posting;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

@Timeout(180)
final class StoreHealthIndicatorTest {

    private static final Map<String, Object> SETTINGS = Map.of("tallygate.data-dir", "target/data");

    @Test
    void getResult_storeGoesAndComesBack_isFollowed() throws InterruptedException {
        var store = new LeavingStore();
        try (ApplicationContext context = context(store)) {
            var indicator = context.getBean(StoreHealthIndicator.class, Qualifiers.byStereotype(Readiness.class));

            assertThat(status(indicator)).isEqualTo(HealthStatus.UP);

            store.away = true;
            await(indicator, HealthStatus.DOWN);

            store.away = false;
            await(indicator, HealthStatus.UP);
        }
    }

    @Test
    void getResult_storeAnswersAndRefusesWrites_isDownUntilOneSucceeds() throws InterruptedException {
        var store = new LeavingStore();
        try (ApplicationContext context = context(store)) {
            var indicator = context.getBean(StoreHealthIndicator.class, Qualifiers.byStereotype(Readiness.class));
            store.full = true;
            context.getBean(Counters.class)
                    .accept(new Posting(List.of(Increment.of(CounterKey.of("a", "likes"), 1))));
            await(indicator, HealthStatus.DOWN);

            store.full = false;
            await(indicator, HealthStatus.UP);
        }
    }

    @Test
    void getResult_atTheEdge_isReadyFromTheFirstTimeOnAndTellsWhatIsAway() throws InterruptedException {
        var store = new LeavingStore();
        store.away = true;
        try (ApplicationContext context = atTheEdge(store)) {
            var indicator = context.getBean(StoreHealthIndicator.class);
            assertThat(status(indicator)).as("before it was ready").isEqualTo(HealthStatus.DOWN);

            store.away = false;
            await(indicator, HealthStatus.UP);

            store.away = true;
            awaitDetails(indicator, Map.of("answers", false, "takes_writes", true));
            assertThat(status(indicator)).isEqualTo(HealthStatus.UP);

            store.away = false;
            store.full = true;
            context.getBean(Counters.class)
                    .accept(new Posting(List.of(Increment.of(CounterKey.of("a", "likes"), 1))));
            awaitDetails(indicator, Map.of("answers", true, "takes_writes", false));
            assertThat(status(indicator)).isEqualTo(HealthStatus.UP);

            store.full = false;
            awaitDetails(indicator, Map.of("answers", true, "takes_writes", true));
        }
    }

    @Test
    void bean_processWithoutAStore_isNotThere() {
        try (var context = ApplicationContext.run(SETTINGS)) {
            assertThat(context.containsBean(StoreHealthIndicator.class)).isFalse();
        }
    }

    private static ApplicationContext context(LedgerStore store) {
        return notStarted(store).start();
    }

    private static ApplicationContext atTheEdge(LedgerStore store) {
        ApplicationContext context = notStarted(store);
        context.registerSingleton(EdgeReadiness.class, new EdgeReadiness());
        return context.start();
    }

    private static ApplicationContext notStarted(LedgerStore store) {
        var context = ApplicationContext.builder().properties(SETTINGS).build();
        context.registerSingleton(LedgerStore.class, store);
        return context;
    }

    /** The last answer stands for a while. */
    private static void await(HealthIndicator indicator, HealthStatus wanted) {
        Await.until(wanted.getName(), () -> wanted.equals(status(indicator)));
    }

    private static void awaitDetails(HealthIndicator indicator, Map<String, Boolean> wanted) {
        Await.until("it tells " + wanted, () -> wanted.equals(result(indicator).getDetails()));
    }

    private static HealthStatus status(HealthIndicator indicator) {
        return result(indicator).getStatus();
    }

    private static HealthResult result(HealthIndicator indicator) {
        return Mono.from(indicator.getResult()).blockOptional().orElseThrow();
    }

    private static final class LeavingStore extends DelegatingStore {

        private volatile boolean away;
        private volatile boolean full;

        LeavingStore() {
            super(new OracleStore(new OracleStore.Data()));
        }

        @Override
        public FlushResult apply(Flush flush) {
            if (full) {
                throw new StoreUnavailableException("full", new IOException());
            }
            return super.apply(flush);
        }

        @Override
        public void ping() {
            if (away) {
                throw new StoreUnavailableException("away", new IOException());
            }
            super.ping();
        }
    }
}
