package io.tallygate.counter;

import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.WriteHealth;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.FrameResult;
import io.tallygate.ledger.LedgerPeer;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Restorable;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.StoredLedger;
import io.tallygate.ledger.TestSettings;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** Counters with all that they stand on in a process that has a store, put together as {@link CounterFactory} does. */
final class StoredCounters
        implements
            Counters,
            LedgerPeer,
            WindowShares,
            CommitGauges,
            WriteHealth,
            Restorable,
            AutoCloseable {

    private final StoredLedger ledger;
    private final LedgerCounters counters;

    StoredCounters(LedgerStore store, Leaderboards leaderboards, LeaderboardSnapshots snapshots, CommitSettings commit,
            CommitMetrics metrics, InstantSource clock, LongSupplier ticker) {
        this.ledger = new StoredLedger(store, CounterKey.BOOK,
                List.of(new LeaderboardKeeper(leaderboards, snapshots)), commit, TestSettings.LEDGER, metrics, clock,
                ticker);
        this.counters = new LedgerCounters(ledger, leaderboards);
    }

    @Override
    public CompletionStage<PostingResult> write(Posting increments) {
        return counters.write(increments);
    }

    @Override
    public void accept(Posting increments) {
        counters.accept(increments);
    }

    @Override
    public CompletionStage<Reading> get(RowKey counter, Consistency consistency) {
        return counters.get(counter, consistency);
    }

    @Override
    public CompletionStage<List<Reading>> getAll(List<RowKey> rows, Consistency consistency) {
        return counters.getAll(rows, consistency);
    }

    @Override
    public CompletionStage<Void> reset(RowKey counter) {
        return counters.reset(counter);
    }

    @Override
    public CompletionStage<Leaderboard> top(String counterType, Window window, int limit) {
        return counters.top(counterType, window, limit);
    }

    @Override
    public CompletionStage<WindowShare> share(String counterType, Window window) {
        return counters.share(counterType, window);
    }

    @Override
    public CompletionStage<FlushResult> apply(Flush flush) {
        return ledger.apply(flush);
    }

    @Override
    public CompletionStage<FrameResult> write(String session, long sequence, List<Change.Add> adds) {
        return ledger.write(session, sequence, adds);
    }

    @Override
    public int depth() {
        return ledger.depth();
    }

    @Override
    public int acceptedDepth() {
        return ledger.acceptedDepth();
    }

    @Override
    public Optional<String> failure() {
        return ledger.failure();
    }

    @Override
    public void restored() {
        ledger.restored();
    }

    @Override
    public void close() {
        counters.close();
        ledger.close();
    }
}
