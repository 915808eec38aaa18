package io.tallygate.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.LedgerSettings;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.SettableClock;
import io.tallygate.ledger.StoredLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Processes with recommendations on one store. Their clock, and what is popular, are the test's. */
final class RecommendationNodes implements AutoCloseable {

    private static final LedgerSettings LEDGER = new LedgerSettings(List.of(), Duration.ofMillis(50));

    final SettableClock clock = new SettableClock();
    final OracleStore.Data data = new OracleStore.Data();
    /** By counter type. A type that is not there cannot be asked for. */
    final Map<String, List<Recommended>> popular = new HashMap<>();
    private final List<StoredLedger> ledgers = new ArrayList<>();
    private final List<MultiLevelCaches> caches = new ArrayList<>();

    /** One process. */
    record Node(StoredLedger ledger, Interactions interactions, Recommendations recommendations) {}

    Node open() {
        return open(new OracleStore(data));
    }

    Node open(LedgerStore store) {
        var ledger = new StoredLedger(store, RecommendationRows.TYPES, List.of(), CommitSettings.DEFAULT, LEDGER,
                CommitMetrics.NONE, clock, System::nanoTime);
        ledgers.add(ledger);
        var types = new CounterTypes(ledger);
        var itsCaches = MultiLevelCaches.inProcess(clock, clock::nanos);
        caches.add(itsCaches);
        return new Node(ledger, new LedgerInteractions(ledger, types), new LedgerRecommendations(ledger,
                new KnownItems(ledger, itsCaches), new RememberedPopular(types, this::top, itsCaches), clock));
    }

    private CompletionStage<List<Recommended>> top(String counterType, int limit) {
        List<Recommended> items = popular.get(counterType);
        return items == null
                ? CompletableFuture.failedFuture(new IllegalArgumentException("asked for " + counterType))
                : CompletableFuture.completedFuture(items.stream().limit(limit).toList());
    }

    /** One that happens now. */
    Interaction touch(String user, String item) {
        return touch(user, item, clock.instant());
    }

    static Interaction touch(String user, String item, Instant at) {
        return new Interaction(user, item, "views", at);
    }

    static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    static Throwable failure(CompletionStage<?> stage) {
        Throwable failure = stage.toCompletableFuture().handle((_, thrown) -> thrown).join();
        assertThat(failure).isNotNull();
        return StageFailures.cause(failure);
    }

    @Override
    public void close() {
        ledgers.forEach(StoredLedger::close);
        caches.forEach(MultiLevelCaches::close);
    }
}
