package io.tallygate.counter;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.SettingValues;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.CommitWitness;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.ReadCacheSettings;
import io.tallygate.ledger.Recordable;
import io.tallygate.ledger.ServedHere;
import io.tallygate.ledger.StoreSettings;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;

/** Wires counters to a ledger that this process keeps itself, unless settings name the service that has them. */
@Factory
final class CounterFactory {

    @Singleton
    Book counters() {
        return CounterKey.BOOK;
    }

    @Singleton
    Recordable recordable() {
        return new Recordable("counters", Set.of(CounterKey.BOOK));
    }

    @Singleton
    ReadCacheSettings readCacheSettings(PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        return new ReadCacheSettings(Set.of(CounterKey.BOOK), CounterSettingGroup.CACHE_ENTRIES_MAX.in(values),
                CounterSettingGroup.CACHE_TTL.in(values));
    }

    @Singleton
    LeaderboardSettings leaderboardSettings(PropertyResolver properties) {
        return LeaderboardSettings.of(name -> properties.getProperty(name, String.class));
    }

    @Singleton
    @Requires(beans = LedgerStore.class)
    @ServedHere("counter")
    Leaderboards leaderboards(LedgerStore store, LeaderboardSettings settings) {
        return new Leaderboards(store, InstantSource.system(), System::nanoTime, settings);
    }

    @Singleton
    @Bean(typed = CommitWitness.class)
    @Requires(beans = LedgerStore.class)
    @ServedHere("counter")
    LeaderboardKeeper leaderboardKeeper(Leaderboards leaderboards, PropertyResolver properties) {
        String dataDirectory = StoreSettings.DATA_DIR.in(name -> properties.getProperty(name, String.class));
        return new LeaderboardKeeper(leaderboards,
                new FileSnapshots(Path.of(dataDirectory, "leaderboards.snapshot")));
    }

    @Singleton
    @Bean(preDestroy = "close", typed = {Counters.class, WindowShares.class})
    @Requires(beans = LedgerStore.class)
    @ServedHere("counter")
    LedgerCounters counters(Ledger ledger, Leaderboards leaderboards) {
        return new LedgerCounters(ledger, leaderboards);
    }
}
