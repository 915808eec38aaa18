package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.WrongTypeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Counters on a store that is a model, with the threads and the clock of real life. */
@Timeout(120)
class LedgerCountersTest {

    private static final RowKey A = CounterKey.of("a", "likes");
    private static final RowKey B = CounterKey.of("b", "likes");

    private final OracleStore.Data data = new OracleStore.Data();
    @TempDir
    private Path directory;

    private final List<StoredCounters> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(StoredCounters::close);
    }

    private StoredCounters counters() {
        return counters(new OracleStore(data));
    }

    private StoredCounters counters(LedgerStore store) {
        var clock = InstantSource.system();
        var counters = new StoredCounters(store, new Leaderboards(store, clock, System::nanoTime),
                new FileSnapshots(directory.resolve("leaderboards.snapshot")), CommitSettings.DEFAULT,
                CommitMetrics.NONE, clock, System::nanoTime);
        opened.add(counters);
        return counters;
    }

    private static Posting write(RowKey counter, long delta, @Nullable String key) {
        var increments = List.of(Increment.of(counter, delta));
        return new Posting(key == null ? null : new IdempotencyKey(key, "print"), increments);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static long value(PostingResult result) {
        return ((PostingResult.Committed) result).outcomes().value(0);
    }

    @Test
    void write_sameKeyConcurrently_countsOnceAndAnswersTheSame() {
        var counters = counters();
        now(counters.write(write(A, 10, null)));
        var stages = IntStream.range(0, 100).mapToObj(i -> counters.write(write(A, 1, "once"))).toList();

        assertThat(stages).allSatisfy(stage -> assertThat(value(now(stage))).isEqualTo(11));
        assertThat(stages.stream().filter(s -> !((PostingResult.Committed) now(s)).replayed())).hasSize(1);
        now(counters.write(write(A, 1, null)));
        assertThat(value(now(counters.write(write(A, 1, "once"))))).isEqualTo(11);
        assertThat(now(counters.get(A, Consistency.CACHED)).value()).isEqualTo(12);
        var other = new Posting(new IdempotencyKey("once", "other"), List.of(Increment.of(A, 2)));
        assertThat(now(counters.write(other))).isInstanceOf(PostingResult.KeyReused.class);
        assertThat(now(counters.top("likes", Window.MINUTE, 1)).entries().getFirst().value()).isEqualTo(12);
    }

    @Test
    void reset_counterWithAValue_isZeroAndOffTheLeaderboard() {
        var counters = counters();
        now(counters.write(write(A, 5, null)));
        now(counters.write(write(B, 4, null)));
        assertThat(now(counters.top("likes", Window.ALL, 10)).entries()).hasSize(2);

        now(counters.reset(A));

        assertThat(now(counters.get(A, Consistency.CACHED)).value()).isZero();
        assertThat(now(counters.top("likes", Window.ALL, 10)).entries())
                .containsExactly(new Leaderboard.Entry(1, "b", 4, 0));
        assertThat(value(now(counters.write(write(A, 1, null))))).isEqualTo(1);
    }

    @Test
    void close_thenOpenedAgain_windowsGoOn() {
        var counters = counters();
        now(counters.write(write(A, 5, null)));
        counters.close();

        var reopened = counters();
        now(reopened.write(write(A, 2, null)));

        assertThat(now(reopened.top("likes", Window.MINUTE, 1)).entries())
                .containsExactly(new Leaderboard.Entry(1, "a", 7, 0));
    }

    @Test
    void close_storeDoesNotAnswer_windowsAreKeptBeforeItWaits() throws InterruptedException {
        var away = new AtomicBoolean();
        var back = new CountDownLatch(1);
        var store = new DelegatingStore(new OracleStore(data)) {
            @Override
            public FlushResult apply(Flush flush) {
                if (away.get()) {
                    try {
                        back.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return super.apply(flush);
            }
        };
        var counters = counters(store);
        now(counters.write(write(A, 5, null)));
        away.set(true);
        counters.accept(write(A, 1, null));

        Thread closing = Thread.ofPlatform().start(counters::close);
        Path kept = directory.resolve("leaderboards.snapshot");
        while (!Files.exists(kept)) {
            Thread.onSpinWait();
        }
        assertThat(closing.isAlive()).isTrue();
        back.countDown();
        closing.join();

        assertThat(now(counters().top("likes", Window.MINUTE, 1)).entries())
                .containsExactly(new Leaderboard.Entry(1, "a", 6, 0));
    }

    @Test
    void everyRead_ofWhatIsNoNumber_failsWithAKindThatCountersHave() {
        var store = new DelegatingStore(new OracleStore(data)) {
            @Override
            public void readEach(List<RowKey> rows, Readout readout) {
                for (int i = 0; i < rows.size(); i++) {
                    readout.failed(i, new WrongTypeException("a list"));
                }
            }

            @Override
            public FlushResult apply(Flush flush) {
                var refused = Outcomes.of(new long[1], new @Nullable Refusal[]{Refusal.WRONG_TYPE});
                return new FlushResult(List.of(new PostingResult.Committed(refused)));
            }
        };
        var counters = counters(store);
        for (CompletionStage<?> stage : List.of(counters.get(A, Consistency.STRONG),
                counters.getAll(List.of(A, B), Consistency.CACHED), counters.reset(A))) {
            assertThat(failureOf(stage)).isInstanceOfSatisfying(DomainProblemException.class, problem -> {
                assertThat(problem.kind()).isEqualTo(CounterProblem.WRONG_TYPE);
                assertThat(problem.detail()).startsWith("what the store holds in the place of a counter is no number");
                assertThat(problem).hasCauseInstanceOf(WrongTypeException.class);
            });
        }
    }

    @Test
    void everyRead_thatTheStoreCannotAnswer_failsAsTheLedgerSays() {
        var store = new DelegatingStore(new OracleStore(data)) {
            @Override
            public void readEach(List<RowKey> rows, Readout readout) {
                throw new StoreUnavailableException("away", new IOException());
            }
        };
        assertThat(failureOf(counters(store).get(A, Consistency.STRONG))).isInstanceOf(UnavailableException.class);
    }

    private static @Nullable Throwable failureOf(CompletionStage<?> stage) {
        return stage.handle((_, failure) -> failure).toCompletableFuture().join().getCause();
    }

    @Test
    void share_ofSeveralProcesses_mergesIntoOneLeaderboard() {
        var one = counters();
        var other = counters();
        now(one.write(new Posting(List.of(Increment.of(A, 3), Increment.of(B, 4)))));
        now(other.write(new Posting(List.of(Increment.of(A, 3), Increment.of(B, -1)))));
        Instant at = Instant.now();
        var merged = WindowShare.merged(
                List.of(now(one.share("likes", Window.HOUR)), now(other.share("likes", Window.HOUR))), Window.HOUR, 10,
                at);
        assertThat(merged).isEqualTo(new Leaderboard(Window.HOUR,
                List.of(new Leaderboard.Entry(1, "a", 6, 0), new Leaderboard.Entry(2, "b", 3, 0)), at));
        assertThat(now(one.share("never", Window.DAY))).isEqualTo(new WindowShare(List.of(), 0));
    }

    @Test
    void merged_sharesWithErrors_addsThemAndKeepsTheLimit() {
        var one = new WindowShare(
                List.of(new LedgerStore.Ranked("x", Long.MAX_VALUE), new LedgerStore.Ranked("y", 2)), 3);
        var other = new WindowShare(List.of(new LedgerStore.Ranked("x", 5), new LedgerStore.Ranked("z", -1)), 4);
        assertThat(WindowShare.merged(List.of(one, other), Window.DAY, 1, Instant.EPOCH).entries())
                .containsExactly(new Leaderboard.Entry(1, "x", Long.MAX_VALUE, 7));
    }
}
