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
import io.tallygate.kernel.EventLoops;
import io.tallygate.kernel.GroupRead;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
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

/** Counters of a service that others run. The package says how. */
final class GrpcCounters implements Counters, CommitGauges, AutoCloseable {

    private static final int LEADERBOARDS_AT_ONCE_MAX = 64;

    private final RemoteLanes lanes;
    private final GroupRead<RemoteReads.Question, List<Reading>> reader;
    private final RemoteLeaderboards leaderboards;
    private final Semaphore leaderboardsAtOnce = new Semaphore(LEADERBOARDS_AT_ONCE_MAX);
    private final AtomicBoolean closed = new AtomicBoolean();

    GrpcCounters(Channels channels, EventLoops loops, ClientSettings settings, CommitSettings commit,
            CommitMetrics metrics, InstantSource clock, LongSupplier ticker) {
        this.lanes = new RemoteLanes(GrpcClientFactory.SERVICE, channels, loops, settings, commit, metrics, clock,
                ticker);
        this.reader = RemoteReads.gathered("counter-read", new CounterReads(channels::next, settings.callTimeout()),
                commit, settings.closeTimeout(), ticker);
        this.leaderboards = new RemoteLeaderboards(channels, settings.callTimeout(), clock);
    }

    @Override
    public CompletionStage<PostingResult> write(Posting increments) {
        return lanes.post(increments);
    }

    @Override
    public void accept(Posting increments) {
        lanes.accept(increments);
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
                lanes.post(new Posting(List.of(new Change.Delete(counter)))).thenAccept(Resets::requireDone));
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
        return lanes.depth();
    }

    @Override
    public int acceptedDepth() {
        return lanes.acceptedDepth();
    }

    /** Sends what is queued, within {@link ClientSettings#closeTimeout}, then refuses everything. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            lanes.startClosing();
            reader.startClosing();
            lanes.close();
            reader.close();
        }
    }
}
