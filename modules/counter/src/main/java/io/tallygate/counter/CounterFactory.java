package io.tallygate.counter;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.CommitWitness;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** Wires counters to a ledger that this process keeps itself. */
@Factory
final class CounterFactory {

    @Singleton
    Book counters() {
        return CounterKey.BOOK;
    }

    @Singleton
    LeaderboardSettings leaderboardSettings(
            @Property(name = "tallygate.leaderboard.types-max", defaultValue = "100") int windowTypesMax,
            @Property(name = "tallygate.leaderboard.rows-max", defaultValue = "500000") int windowRowsMax,
            @Property(name = "tallygate.leaderboard.all-types-max", defaultValue = "20") int allTypesMax,
            @Property(name = "tallygate.leaderboard.all-capacity", defaultValue = "10000") int allCapacity,
            @Property(name = "tallygate.leaderboard.all-refresh", defaultValue = "5s") Duration sharedRefresh) {
        var rest = LeaderboardSettings.DEFAULT;
        return new LeaderboardSettings(allTypesMax, allCapacity, sharedRefresh, windowTypesMax, rest.windowMapSize(),
                windowRowsMax, rest.snapshotBytesMax());
    }

    @Singleton
    @Requires(beans = LedgerStore.class)
    Leaderboards leaderboards(LedgerStore store, LeaderboardSettings settings) {
        return new Leaderboards(store, InstantSource.system(), System::nanoTime, settings);
    }

    @Singleton
    @Bean(typed = CommitWitness.class)
    @Requires(beans = LedgerStore.class)
    LeaderboardKeeper leaderboardKeeper(Leaderboards leaderboards,
            @Property(name = "tallygate.data-dir", defaultValue = "./data") String dataDirectory) {
        return new LeaderboardKeeper(leaderboards,
                new FileSnapshots(Path.of(dataDirectory, "leaderboards.snapshot")));
    }

    @Singleton
    @Bean(preDestroy = "close", typed = {Counters.class, WindowShares.class})
    @Requires(beans = LedgerStore.class)
    LedgerCounters counters(Ledger ledger, Leaderboards leaderboards) {
        return new LedgerCounters(ledger, leaderboards);
    }
}
