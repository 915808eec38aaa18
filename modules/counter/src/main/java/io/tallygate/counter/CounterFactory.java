package io.tallygate.counter;

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
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Wires counters to whatever store is there. */
@Factory
final class CounterFactory {

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
    CounterSettings counterSettings(
            @Property(name = "tallygate.cache.entries-max", defaultValue = "10000") int cacheEntriesMax,
            @Property(name = "tallygate.cache.ttl", defaultValue = "5s") Duration cacheTtl,
            @Property(name = "tallygate.shutdown.timeout", defaultValue = "30s") Duration shutdownTimeout) {
        return new CounterSettings(cacheEntriesMax, cacheTtl, ShutdownShare.of(shutdownTimeout));
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
    @Bean(preDestroy = "close", typed = {Counters.class, CounterPeer.class, CommitGauges.class,
            Restorable.class, WriteHealth.class})
    @Requires(beans = CounterStore.class)
    StoredCounters counters(CounterStore store, CommitSettings commit, CounterSettings settings,
            LeaderboardSettings leaderboards, @Nullable CommitMetrics metrics,
            @Property(name = "tallygate.data-dir", defaultValue = "./data") String dataDirectory) {
        var clock = InstantSource.system();
        return new StoredCounters(
                store,
                new Leaderboards(store, clock, System::nanoTime, leaderboards),
                new FileSnapshots(Path.of(dataDirectory, "leaderboards.snapshot")),
                commit,
                settings,
                metrics == null ? CommitMetrics.NONE : metrics,
                clock,
                System::nanoTime);
    }
}
