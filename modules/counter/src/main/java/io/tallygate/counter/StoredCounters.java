package io.tallygate.counter;

import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitWriter;
import io.tallygate.kernel.FlushTarget;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.UnavailableException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counters in a process that writes to their store itself.
 *
 * <p>Writes go through one group commit, cache misses through a second one that only reads: what misses while a read is
 * under way shares the next. Leaderboards are asked for on virtual threads, a bounded number at a time.
 */
final class StoredCounters implements Counters, CommitGauges, AutoCloseable {

    private static final int LEADERBOARDS_AT_ONCE_MAX = 64;

    private final CounterStore store;
    private final ReadCache cache;
    private final Leaderboards leaderboards;
    private final InstantSource clock;
    private final CommitMetrics metrics;
    private final CommitWriter<Operation, WriteResult> writer;
    private final CommitWriter<List<CounterKey>, List<Reading>> reader;
    private final Housekeeping housekeeping;
    private final ExecutorService leaderboardThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore leaderboardsAtOnce = new Semaphore(LEADERBOARDS_AT_ONCE_MAX);

    StoredCounters(CounterStore store, Leaderboards leaderboards, CommitSettings commit, CounterSettings settings,
            CommitMetrics metrics, InstantSource clock, LongSupplier ticker) {
        this.store = store;
        this.leaderboards = leaderboards;
        this.clock = clock;
        this.metrics = metrics;
        this.cache = new ReadCache(settings.cacheEntriesMax(), settings.cacheTtl(), ticker);
        var flushes = new CounterFlushes(store, UUID.randomUUID().toString(), clock, new Committed());
        this.writer = new CommitWriter<>("counter", flushes, commit, metrics, settings.closeTimeout(), ticker);
        FlushTarget<List<CounterKey>, List<Reading>> reads = (number, requests) -> readTogether(requests);
        this.reader = new CommitWriter<>(
                "counter-read", reads, commit, CommitMetrics.NONE, settings.closeTimeout(), ticker);
        this.housekeeping = new Housekeeping(store, clock);
    }

    /** Brings what was committed to the read cache and the leaderboards. */
    private final class Committed implements CommitListener {

        @Override
        public void added(CounterKey counter, long delta, long value, Instant at) {
            cache.committed(counter, value, at);
            leaderboards.added(counter, delta, value, at);
        }

        @Override
        public void reset(CounterKey counter, Instant at) {
            cache.committed(counter, 0, at);
            leaderboards.reset(counter, at);
        }
    }

    @Override
    public CompletionStage<WriteResult> write(Write write) {
        return writer.submit(write, write.weight());
    }

    @Override
    public void accept(Write write) {
        CompletableFuture<WriteResult> taken = writer.accept(write, write.weight());
        if (taken.isCompletedExceptionally() && taken.exceptionNow() instanceof UnavailableException notTaken) {
            throw notTaken;
        }
        taken.thenAccept(this::countRefused);
    }

    private void countRefused(WriteResult result) {
        if (result instanceof WriteResult.Committed(var outcomes, var replayed) && !replayed) {
            int refused = outcomes.refusedCount();
            if (refused > 0) {
                metrics.acceptedLost(refused);
            }
        }
    }

    @Override
    public CompletionStage<Reading> get(CounterKey counter, Consistency consistency) {
        Reading cached = consistency == Consistency.CACHED ? cache.get(counter) : null;
        return cached != null
                ? CompletableFuture.completedFuture(cached)
                : reader.submit(List.of(counter), 1).thenApply(List::getFirst);
    }

    @Override
    public CompletionStage<List<Reading>> getAll(List<CounterKey> counters, Consistency consistency) {
        var readings = new ArrayList<@Nullable Reading>(counters.size());
        var missing = new ArrayList<CounterKey>();
        for (CounterKey counter : counters) {
            Reading cached = consistency == Consistency.CACHED ? cache.get(counter) : null;
            readings.add(cached);
            if (cached == null) {
                missing.add(counter);
            }
        }
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(filled(readings, List.of()));
        }
        return reader.submit(missing, missing.size()).thenApply(read -> filled(readings, read));
    }

    private static List<Reading> filled(List<@Nullable Reading> readings, List<Reading> read) {
        var filled = new ArrayList<Reading>(readings.size());
        int next = 0;
        for (Reading reading : readings) {
            filled.add(reading != null ? reading : read.get(next++));
        }
        return filled;
    }

    private List<List<Reading>> readTogether(List<List<CounterKey>> requests) {
        var counters = new LinkedHashSet<CounterKey>();
        requests.forEach(counters::addAll);
        var readings = readFromStore(List.copyOf(counters));
        return requests.stream()
                .map(request -> request.stream().map(readings::get).toList())
                .toList();
    }

    private Map<CounterKey, Reading> readFromStore(List<CounterKey> counters) {
        long[] versions = counters.stream().mapToLong(cache::version).toArray();
        Instant asOf = clock.instant();
        long[] values = store.read(counters);
        var readings = new HashMap<CounterKey, Reading>(2 * values.length);
        for (int i = 0; i < values.length; i++) {
            var reading = new Reading(counters.get(i), values[i], asOf);
            cache.offer(reading, versions[i]);
            readings.put(reading.counter(), reading);
        }
        return readings;
    }

    @Override
    public CompletionStage<Void> reset(CounterKey counter) {
        return writer.submit(new Operation.Reset(counter), 1).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Leaderboard> top(String counterType, Window window, int limit) {
        if (!leaderboardsAtOnce.tryAcquire()) {
            return CompletableFuture.failedFuture(new OverloadedException(LEADERBOARDS_AT_ONCE_MAX));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return leaderboards.top(counterType, window, limit);
                    } finally {
                        leaderboardsAtOnce.release();
                    }
                },
                leaderboardThreads);
    }

    @Override
    public int depth() {
        return writer.depth();
    }

    @Override
    public int acceptedDepth() {
        return writer.acceptedDepth();
    }

    /** Commits what is queued, within {@link CounterSettings#closeTimeout}; then refuses everything. */
    @Override
    public void close() {
        housekeeping.close();
        writer.close();
        reader.close();
        leaderboardThreads.shutdownNow();
    }
}
