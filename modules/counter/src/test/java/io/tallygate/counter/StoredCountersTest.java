package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitTimeoutException;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Change;
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
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.ReplyLosingStore;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.SettableClock;
import io.tallygate.ledger.TestWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counters on a store that is a model, with the threads and the clock of real life. */
@Timeout(120)
class StoredCountersTest {

    private static final RowKey A = CounterKey.of("a", "likes");
    private static final RowKey B = CounterKey.of("b", "likes");

    private final OracleStore.Data data = new OracleStore.Data();
    @TempDir
    private Path directory;

    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private final List<StoredCounters> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(StoredCounters::close);
    }

    private StoredCounters counters() {
        return counters(new OracleStore(data), CommitSettings.DEFAULT);
    }

    private StoredCounters counters(LedgerStore store, CommitSettings settings) {
        return counters(store, settings, InstantSource.system(), System::nanoTime);
    }

    private StoredCounters counters(LedgerStore store, CommitSettings settings, InstantSource clock,
            LongSupplier ticker) {
        var metrics = new CommitMetrics() {
            @Override
            public void acceptedLost(int operations) {
                lost.addAndGet(operations);
            }
        };
        var snapshots = new FileSnapshots(directory.resolve("leaderboards.snapshot"));
        var counters = new StoredCounters(store, new Leaderboards(store, clock, ticker), snapshots, settings,
                metrics, clock, ticker);
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
    void write_oneIncrement_answersItsValueAndIsRead() {
        var counters = counters();

        assertThat(value(now(counters.write(write(A, 5, null))))).isEqualTo(5);
        assertThat(value(now(counters.write(write(A, -2, null))))).isEqualTo(3);
        assertThat(now(counters.get(A, Consistency.CACHED)).value()).isEqualTo(3);
        assertThat(now(counters.get(B, Consistency.STRONG)).value()).isZero();
        assertThat(now(counters.getAll(List.of(B, A, B), Consistency.CACHED)).stream().map(Reading::value))
                .containsExactly(0L, 3L, 0L);
    }

    /** Keys of this process's own writes, and of flushes that come from a writer with a right clock. */
    @ParameterizedTest
    @ValueSource(longs = {25, -1, -25, 500_000})
    void write_wallClockSetBetweenAWriteAndItsRepetition_hasOneEffect(long hours) {
        var clock = new SettableClock();
        var counters = counters(new OracleStore(data), CommitSettings.DEFAULT, clock, clock::nanos);
        var remote = new TestWriter(clock.instant());
        var request = new Posting(new IdempotencyKey("s", "print"), List.of(new Change.Add(B, 1)));
        now(counters.write(write(A, 1, "r")));
        now(counters.apply(remote.postings(request)));

        clock.set(Duration.ofHours(hours));
        clock.advance(Duration.ofHours(23));
        assertThat(now(counters.write(write(A, 1, "r"))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(1), true));
        assertThat(now(counters.apply(remote.postingsAt(clock.instant(), request))).postings())
                .containsExactly(new PostingResult.Committed(Outcomes.applied(1), true));
    }

    @Test
    void get_afterAnAcknowledgedWrite_isNeverOlder() {
        var counters = counters();
        for (int i = 1; i <= 2_000; i++) {
            now(counters.write(write(A, 1, null)));
            assertThat(now(counters.get(A, Consistency.CACHED)).value()).isEqualTo(i);
        }
    }

    @Test
    void get_cachedCounter_doesNotAskTheStore() {
        var counters = counters(countingReads(new OracleStore(data)), CommitSettings.DEFAULT);
        now(counters.write(write(A, 1, null)));
        for (int i = 0; i < 100; i++) {
            now(counters.get(A, Consistency.CACHED));
        }
        assertThat(reads).hasValue(1);
        Instant before = InstantSource.system().instant();
        assertThat(now(counters.get(A, Consistency.STRONG)).asOf()).isAfterOrEqualTo(before);
        assertThat(reads).hasValue(2);
    }

    private LedgerStore countingReads(LedgerStore store) {
        return new DelegatingStore(store) {
            @Override
            public void readEach(List<RowKey> counters, Readout readout) {
                reads.incrementAndGet();
                super.readEach(counters, readout);
            }
        };
    }

    @Test
    void write_fromManyThreadsWithLostReplies_givesEachItsOwnValue() throws Exception {
        long seed = System.nanoTime();
        var counters = counters(new ReplyLosingStore(new OracleStore(data), seed),
                new CommitSettings(65_536, 64, Duration.ofSeconds(20), Duration.ZERO, 1));
        var values = new ConcurrentLinkedQueue<Long>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                clients.add(threads.submit(() -> {
                    var stages = IntStream.range(0, 250).mapToObj(i -> counters.write(write(A, 1, null))).toList();
                    stages.forEach(stage -> values.add(value(now(stage))));
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        assertThat(values.stream().sorted().toList()).as("seed %d", seed)
                .isEqualTo(LongStream.rangeClosed(1, 2_000).boxed().toList());
        assertThat(now(counters.get(A, Consistency.STRONG)).value()).isEqualTo(2_000);
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
    void write_beyondTheRange_isRefusedAloneAndChangesNothing() {
        new OracleStore(data).apply(new TestWriter(Instant.EPOCH).changes(new Change.Add(A, Long.MAX_VALUE - 2)));
        var counters = counters();
        var increments = List.of(Increment.of(A, 1), Increment.of(B, 1), Increment.of(A, 2), Increment.of(A, 1));

        var outcomes = ((PostingResult.Committed) now(counters.write(new Posting(null, increments)))).outcomes();

        assertThat(outcomes).isEqualTo(Outcomes.of(
                new long[]{Long.MAX_VALUE - 1, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE},
                new boolean[]{false, false, true, false}));
        assertThat(now(counters.get(A, Consistency.CACHED)).value()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void accept_manyWrites_areCommittedByClosing() {
        var counters = counters(new OracleStore(data),
                new CommitSettings(10_000, 100, Duration.ofSeconds(2), Duration.ofMinutes(1), 10_000));
        for (int i = 0; i < 1_000; i++) {
            counters.accept(write(A, 1, null));
        }
        assertThat(counters.acceptedDepth()).isEqualTo(1_000);
        assertThat(counters.depth()).isEqualTo(1_000);

        counters.close();

        assertThat(new OracleStore(data).read(List.of(A))).containsExactly(1_000);
        assertThat(lost).hasValue(0);
        assertThatThrownBy(() -> counters.accept(write(A, 1, null))).isInstanceOf(ShuttingDownException.class);
    }

    @Test
    void accept_beyondTheQueueLimit_isRefused() {
        var counters = counters(new OracleStore(data),
                new CommitSettings(10, 10, Duration.ofSeconds(2), Duration.ofMinutes(1), 1_000));
        for (int i = 0; i < 10; i++) {
            counters.accept(write(A, 1, null));
        }

        assertThatThrownBy(() -> counters.accept(write(A, 1, null))).isInstanceOf(OverloadedException.class);
    }

    @Test
    void accept_writeThatOverflows_isCountedAsLost() {
        new OracleStore(data).apply(new TestWriter(Instant.EPOCH).changes(new Change.Add(A, Long.MAX_VALUE)));
        var counters = counters();
        counters.accept(write(A, 1, null));
        counters.close();

        assertThat(lost).hasValue(1);
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
        var counters = counters(store, CommitSettings.DEFAULT);
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
    void store_away_callersAreToldInTimeAndServedAfterwards() {
        var away = new AtomicInteger(1);
        var store = new DelegatingStore(new OracleStore(data)) {
            @Override
            public FlushResult apply(Flush flush) {
                if (away.get() == 1) {
                    throw new StoreUnavailableException("away", new IllegalStateException());
                }
                return super.apply(flush);
            }
        };
        var counters = counters(store,
                new CommitSettings(100, 100, Duration.ofMillis(200), Duration.ZERO, 1));

        assertThatThrownBy(() -> now(counters.write(write(A, 1, "k"))))
                .hasRootCauseInstanceOf(CommitTimeoutException.class);
        away.set(0);
        Await.until("it is answered", () -> {
            try {
                return value(now(counters.write(write(A, 1, "k")))) == 1;
            } catch (CompletionException stillRepeated) {
                return false;
            }
        });
    }
}
