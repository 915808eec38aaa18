package io.tallygate.ledger;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.EventLoops;
import io.tallygate.kernel.InlineCommits;
import io.tallygate.kernel.ShutdownShare;
import io.tallygate.kernel.WriteHealth;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Wires a ledger to whatever store is there. */
@Factory
final class LedgerFactory {

    @Singleton
    CommitSettings commitSettings(PropertyResolver properties) {
        return CommitSettings.of(name -> properties.getProperty(name, String.class));
    }

    @Singleton
    LedgerSettings ledgerSettings(List<ReadCacheSettings> caches, PropertyResolver properties) {
        return new LedgerSettings(caches, ShutdownShare.of(name -> properties.getProperty(name, String.class)));
    }

    @Singleton
    @Bean(preDestroy = "close", typed = {Ledger.class, LedgerPeer.class, CommitGauges.class, Restorable.class,
            WriteHealth.class})
    @Requires(beans = LedgerStore.class)
    StoredLedger ledger(LedgerStore store, List<Book> books, List<CommitWitness> witnesses, CommitSettings commit,
            LedgerSettings settings, @Nullable CommitMetrics metrics, @Nullable EventLoops loops,
            PropertyResolver properties) {
        return new StoredLedger(store, books.getFirst(), witnesses, commit, settings,
                metrics == null ? CommitMetrics.NONE : metrics, InstantSource.system(), System::nanoTime,
                InlineCommits.of(loops == null ? EventLoops.NONE : loops,
                        name -> properties.getProperty(name, String.class)));
    }
}
