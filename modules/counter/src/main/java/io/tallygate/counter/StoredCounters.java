package io.tallygate.counter;

import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitWriter;
import io.tallygate.kernel.GroupRead;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.WriteHealth;
import io.tallygate.kernel.WriteWatch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counters in a process that writes to their store itself.
 *
 * <p>Writes go through one group commit, flushes of other processes and frames of sessions through another: they have
 * numbers of their own, so what they share with others is the commit. Cache misses share reads: what misses while one is
 * under way goes with the next. Leaderboards are asked for on virtual threads, a bounded number at a time.
 */
final class StoredCounters implements Counters, CounterPeer, CommitGauges, WriteHealth, Restorable, AutoCloseable {

    private static final int LEADERBOARDS_AT_ONCE_MAX = 64;

    private final ReadCache cache;
    private final Leaderboards leaderboards;
    private final LeaderboardSnapshots snapshots;
    private final WriteWatch writerWatch;
    private final WriteWatch lanesWatch;
    private final CounterLane writer;
    private final CommitWriter<Flush, FlushResult> lanes;
    private final SessionFrames sessions;
    private final GroupRead<List<CounterKey>, List<Reading>> reader;
    private final Housekeeping housekeeping;
    private final ExecutorService leaderboardThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Semaphore leaderboardsAtOnce = new Semaphore(LEADERBOARDS_AT_ONCE_MAX);

    StoredCounters(CounterStore store, Leaderboards leaderboards, LeaderboardSnapshots snapshots, CommitSettings commit,
            CounterSettings settings, CommitMetrics metrics, InstantSource clock, LongSupplier ticker) {
        this(store, leaderboards, snapshots, commit, settings, metrics, clock, ticker, CounterLane::newWriter);
    }

    /** @param names draws a name for its writer that no other one has */
    StoredCounters(CounterStore store, Leaderboards leaderboards, LeaderboardSnapshots snapshots, CommitSettings commit,
            CounterSettings settings, CommitMetrics metrics, InstantSource clock, LongSupplier ticker,
            Supplier<String> names) {
        this.leaderboards = leaderboards;
        this.snapshots = snapshots;
        snapshots.load().ifPresent(leaderboards::restore);
        this.cache = new ReadCache(settings.cacheEntriesMax(), settings.cacheTtl(), ticker);
        var news = new CommitNews(new Committed(), store::readEach);
        // Fair: a writer that is always busy would keep the other one out.
        var turn = new ReentrantLock(true);
        var dated = new DatedStore(store, clock, ticker);
        var flushes = new CounterFlushes(dated, names, clock, news, turn);
        var log = new WriteLog();
        this.writerWatch = new WriteWatch(new WriteProbe(store, clock), log, ticker);
        this.lanesWatch = new WriteWatch(new WriteProbe(store, clock), log, ticker);
        this.writer = new CounterLane("counter", flushes, commit, metrics, writerWatch, settings.closeTimeout(),
                ticker);
        this.lanes = new CommitWriter<>("counter-lane", new LaneFlushes(dated, clock, news, turn), commit, metrics,
                lanesWatch, settings.closeTimeout(), ticker);
        this.sessions = new SessionFrames(lanes, clock);
        this.reader = new GroupRead<>("counter-read", new StoreReads(store, cache, clock), store.readsAtOnceMax(),
                commit, settings.closeTimeout(), ticker);
        this.housekeeping = new Housekeeping(dated, clock);
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
        return writer.write(write);
    }

    @Override
    public void accept(Write write) {
        writer.accept(write);
    }

    @Override
    public CompletionStage<Reading> get(CounterKey counter, Consistency consistency) {
        Reading cached = consistency == Consistency.CACHED ? cache.get(counter) : null;
        return cached != null
                ? CompletableFuture.completedFuture(cached)
                : reader.ask(List.of(counter), 1).thenApply(List::getFirst);
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
        return reader.ask(missing, missing.size()).thenApply(read -> filled(readings, read));
    }

    private static List<Reading> filled(List<@Nullable Reading> readings, List<Reading> read) {
        var filled = new ArrayList<Reading>(readings.size());
        int next = 0;
        for (Reading reading : readings) {
            filled.add(reading != null ? reading : read.get(next++));
        }
        return filled;
    }

    @Override
    public CompletionStage<Void> reset(CounterKey counter) {
        return writer.reset(counter);
    }

    @Override
    public CompletionStage<FlushResult> apply(Flush flush) {
        int weight = flush.changes().size();
        for (KeyedRequest request : flush.requests()) {
            weight += request.changes().size();
        }
        return lanes.submit(flush, Math.max(1, weight));
    }

    @Override
    public CompletionStage<FrameResult> write(String session, long sequence, List<Increment> increments) {
        return sessions.write(session, sequence, increments);
    }

    @Override
    public CompletionStage<Leaderboard> top(String counterType, Window window, int limit) {
        return askLeaderboards(() -> leaderboards.top(counterType, window, limit));
    }

    @Override
    public CompletionStage<WindowShare> share(String counterType, Window window) {
        return askLeaderboards(() -> leaderboards.share(counterType, window));
    }

    private <T> CompletionStage<T> askLeaderboards(Supplier<T> question) {
        if (!leaderboardsAtOnce.tryAcquire()) {
            return CompletableFuture.failedFuture(new OverloadedException(LEADERBOARDS_AT_ONCE_MAX));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return question.get();
                    } finally {
                        leaderboardsAtOnce.release();
                    }
                },
                leaderboardThreads);
    }

    @Override
    public Optional<String> failure() {
        return writerWatch.failure().or(lanesWatch::failure);
    }

    @Override
    public void restored() {
        writer.restored();
    }

    @Override
    public int depth() {
        return writer.depth() + lanes.depth();
    }

    @Override
    public int acceptedDepth() {
        return writer.acceptedDepth();
    }

    /**
     * Keeps the leaderboards' windows for the next run, and commits what is queued, within
     * {@link CounterSettings#closeTimeout}; then refuses everything.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        housekeeping.close();
        saveBeforeWaiting();
        lanes.startClosing();
        writer.startClosing();
        reader.startClosing();
        lanes.close();
        writer.close();
        reader.close();
        leaderboardThreads.shutdownNow();
        snapshots.save(leaderboards.toBytes());
    }

    /** The process may be ended while it waits for the store. */
    private void saveBeforeWaiting() {
        try {
            snapshots.save(leaderboards.toBytes());
        } catch (RuntimeException e) {
            // The attempt at the end reports it.
        }
    }
}
