package io.tallygate.grpc.client;

import io.tallygate.counter.CounterProblem;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Resets;
import io.tallygate.counter.Window;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.GroupRead;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Lane;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Counters of a service that others run. The package says how. */
final class GrpcCounters implements Counters, CommitGauges, AutoCloseable {

    private static final int LEADERBOARDS_AT_ONCE_MAX = 64;
    /** What surely fits the largest message that a service takes. */
    private static final int FLUSH_OPERATIONS_MAX = 8192;

    private final List<Lane> lanes;
    private final GroupRead<RemoteReads.Question, List<Reading>> reader;
    private final RemoteLeaderboards leaderboards;
    private final Semaphore leaderboardsAtOnce = new Semaphore(LEADERBOARDS_AT_ONCE_MAX);
    private final AtomicBoolean closed = new AtomicBoolean();

    GrpcCounters(Channels channels, ClientSettings settings, CommitSettings commit,
            CommitMetrics metrics, InstantSource clock, LongSupplier ticker) {
        var flushes = new CommitSettings(commit.queueMax(), Math.min(commit.batchMax(), FLUSH_OPERATIONS_MAX),
                commit.timeout(), commit.linger(), commit.lingerOperations());
        this.lanes = IntStream.range(0, settings.lanes()).mapToObj(lane -> new Lane("counter-lane-" + lane,
                new RemoteFlushes(() -> channels.byKey(lane), settings.callTimeout()), flushes, metrics,
                settings.closeTimeout(), clock, ticker)).toList();
        var reads = new CommitSettings(commit.queueMax(), RemoteReads.COUNTERS_MAX, commit.timeout(), commit.linger(),
                commit.lingerOperations());
        this.reader = new GroupRead<>("counter-read", new RemoteReads(channels::next, settings.callTimeout()),
                RemoteReads.CALLS_MAX, reads, settings.closeTimeout(), ticker);
        this.leaderboards = new RemoteLeaderboards(channels, settings.callTimeout(), clock);
    }

    /** Writes of one counter share a lane, and so its folding. */
    private Lane lane(RowKey counter) {
        return lanes.get(Math.floorMod(counter.hashCode(), lanes.size()));
    }

    @Override
    public CompletionStage<PostingResult> write(Posting increments) {
        return lane(increments.changes().getFirst().row()).post(increments);
    }

    @Override
    public void accept(Posting increments) {
        lane(increments.changes().getFirst().row()).accept(increments);
    }

    @Override
    public CompletionStage<Reading> get(RowKey counter, Consistency consistency) {
        return getAll(List.of(counter), consistency).thenApply(List::getFirst);
    }

    @Override
    public CompletionStage<List<Reading>> getAll(List<RowKey> counters, Consistency consistency) {
        return CounterProblem
                .inTermsOfCounters(reader.ask(new RemoteReads.Question(counters, consistency), counters.size()));
    }

    @Override
    public CompletionStage<Void> reset(RowKey counter) {
        return CounterProblem.inTermsOfCounters(
                lane(counter).post(new Posting(List.of(new Change.Delete(counter)))).thenAccept(Resets::requireDone));
    }

    @Override
    public CompletionStage<Leaderboard> top(String counterType, Window window, int limit) {
        if (!leaderboardsAtOnce.tryAcquire()) {
            return CompletableFuture.failedFuture(new OverloadedException(LEADERBOARDS_AT_ONCE_MAX));
        }
        return CounterProblem.inTermsOfCounters(leaderboards.top(counterType, window, limit))
                .whenComplete((board, failure) -> leaderboardsAtOnce.release());
    }

    @Override
    public int depth() {
        return lanes.stream().mapToInt(Lane::depth).sum();
    }

    @Override
    public int acceptedDepth() {
        return lanes.stream().mapToInt(Lane::acceptedDepth).sum();
    }

    /** Sends what is queued, within {@link ClientSettings#closeTimeout}, then refuses everything. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            lanes.forEach(Lane::startClosing);
            reader.startClosing();
            lanes.forEach(Lane::close);
            reader.close();
        }
    }
}
