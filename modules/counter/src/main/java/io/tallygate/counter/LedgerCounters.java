package io.tallygate.counter;

import io.tallygate.kernel.OverloadedException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Counters on a ledger of this process. Leaderboards are asked for on virtual threads, a bounded number at a time. */
final class LedgerCounters implements Counters, WindowShares, AutoCloseable {

    private static final int LEADERBOARDS_AT_ONCE_MAX = 64;

    private final Ledger ledger;
    private final Leaderboards leaderboards;
    private final ExecutorService leaderboardThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore leaderboardsAtOnce = new Semaphore(LEADERBOARDS_AT_ONCE_MAX);

    /** @param leaderboards are told of the ledger's commits by somebody else */
    LedgerCounters(Ledger ledger, Leaderboards leaderboards) {
        this.ledger = ledger;
        this.leaderboards = leaderboards;
    }

    @Override
    public CompletionStage<PostingResult> write(Posting increments) {
        return ledger.post(increments);
    }

    @Override
    public void accept(Posting increments) {
        ledger.accept(increments);
    }

    @Override
    public CompletionStage<Reading> get(RowKey counter, Consistency consistency) {
        return CounterProblem.inTermsOfCounters(ledger.read(counter, consistency));
    }

    @Override
    public CompletionStage<List<Reading>> getAll(List<RowKey> counters, Consistency consistency) {
        return CounterProblem.inTermsOfCounters(ledger.readAll(counters, consistency));
    }

    @Override
    public CompletionStage<Void> reset(RowKey counter) {
        return CounterProblem
                .inTermsOfCounters(
                        ledger.post(new Posting(List.of(new Change.Delete(counter)))).thenAccept(Resets::requireDone));
    }

    @Override
    public CompletionStage<Leaderboard> top(String counterType, Window window, int limit) {
        return CounterProblem.inTermsOfCounters(ask(() -> leaderboards.top(counterType, window, limit)));
    }

    @Override
    public CompletionStage<WindowShare> share(String counterType, Window window) {
        return ask(() -> leaderboards.share(counterType, window));
    }

    private <T> CompletionStage<T> ask(Supplier<T> question) {
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
    public void close() {
        leaderboardThreads.shutdownNow();
    }
}
