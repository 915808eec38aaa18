package io.tallygate.ledger;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.ShutdownShare;
import io.tallygate.kernel.WriteHealth;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Wires a ledger to whatever store is there. */
@Factory
final class LedgerFactory {

    @Singleton
    CommitSettings commitSettings(
            @Property(name = "tallygate.commit.queue-max", defaultValue = "65536") int queueMax,
            @Property(name = "tallygate.commit.batch-max", defaultValue = "8192") int batchMax,
            @Property(name = "tallygate.commit.timeout", defaultValue = "2s") Duration timeout,
            @Property(name = "tallygate.accept.linger", defaultValue = "100ms") Duration linger,
            @Property(name = "tallygate.accept.linger-operations", defaultValue = "100") int lingerOperations) {
        return new CommitSettings(queueMax, batchMax, timeout, linger, lingerOperations);
    }

    @Singleton
    LedgerSettings ledgerSettings(
            @Property(name = "tallygate.cache.entries-max", defaultValue = "10000") int cacheEntriesMax,
            @Property(name = "tallygate.cache.ttl", defaultValue = "5s") Duration cacheTtl,
            @Property(name = "tallygate.shutdown.timeout", defaultValue = "30s") Duration shutdownTimeout) {
        return new LedgerSettings(cacheEntriesMax, cacheTtl, ShutdownShare.of(shutdownTimeout));
    }

    @Singleton
    @Bean(preDestroy = "close", typed = {Ledger.class, LedgerPeer.class, CommitGauges.class, Restorable.class,
            WriteHealth.class})
    @Requires(beans = LedgerStore.class)
    StoredLedger ledger(LedgerStore store, List<Book> books, List<CommitWitness> witnesses, CommitSettings commit,
            LedgerSettings settings, @Nullable CommitMetrics metrics) {
        return new StoredLedger(store, books.getFirst(), witnesses, commit, settings,
                metrics == null ? CommitMetrics.NONE : metrics, InstantSource.system(), System::nanoTime);
    }
}
