package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitTimeoutException;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A ledger on a store that is a model, with the threads and the clock of real life. */
@Timeout(120)
class StoredLedgerTest {

    private static final RowKey A = TestRows.of("a", "likes");
    private static final RowKey B = TestRows.of("b", "likes");

    private final OracleStore.Data data = new OracleStore.Data();
    private final Totals told = new Totals();

    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private final List<StoredLedger> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(StoredLedger::close);
    }

    private StoredLedger ledger() {
        return ledger(new OracleStore(data), CommitSettings.DEFAULT);
    }

    private StoredLedger ledger(LedgerStore store, CommitSettings settings) {
        return ledger(store, settings, InstantSource.system(), System::nanoTime);
    }

    private StoredLedger ledger(LedgerStore store, CommitSettings settings, InstantSource clock,
            LongSupplier ticker) {
        var metrics = new CommitMetrics() {
            @Override
            public void acceptedLost(int operations) {
                lost.addAndGet(operations);
            }
        };
        var ledger = new StoredLedger(store, TestRows.COUNTERS, List.of(told), settings, TestSettings.LEDGER,
                metrics,
                clock, ticker);
        opened.add(ledger);
        return ledger;
    }

    private static Posting write(RowKey row, long delta, @Nullable String key) {
        var increments = List.of(new Change.Add(row, delta));
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
        var ledger = ledger();

        assertThat(value(now(ledger.post(write(A, 5, null))))).isEqualTo(5);
        assertThat(value(now(ledger.post(write(A, -2, null))))).isEqualTo(3);
        assertThat(now(ledger.read(A, Consistency.CACHED)).value()).isEqualTo(3);
        assertThat(now(ledger.read(B, Consistency.STRONG)).value()).isZero();
        assertThat(now(ledger.readAll(List.of(B, A, B), Consistency.CACHED)).stream().map(Reading::value))
                .containsExactly(0L, 3L, 0L);
    }

    @Test
    void post_documentsAndNumbersTogether_areCommittedAndOnlyTheNumbersAreToldAndCached() {
        var ledger = ledger();
        RowKey used = TestRows.ofSubject("acme", "used");
        RowKey paper = TestRows.paper("acme", "paper");
        now(ledger.read(used, Consistency.CACHED));

        var reserved = (PostingResult.Committed) now(ledger.post(new Posting(null, Mode.ALL,
                List.of(new Change.Put(paper, 0, TestRows.document("held")), new Change.Add(used, 4)), Memo.EMPTY)));
        var fitted = (PostingResult.Committed) now(ledger.post(
                new Posting(null, Mode.FIT_EACH, List.of(new Change.Add(used, 9, 0, 10)), Memo.EMPTY)));

        assertThat(reserved.outcomes()).isEqualTo(Outcomes.applied(1, 4));
        assertThat(fitted.outcomes().taken(0)).isEqualTo(6);
        assertThat(now(ledger.read(used, Consistency.CACHED)).value()).isEqualTo(10);
        assertThat(told.of(used)).isEqualTo(10);
        assertThat(told.of(paper)).isZero();
        assertThat(new OracleStore(data).readDocuments(List.of(paper)))
                .containsExactly(new Versioned(1, TestRows.document("held")));
    }

    @ParameterizedTest
    @EnumSource
    void probe_ofAnyKindOfBook_leavesNothing(Book.Kind kind) {
        Book book = kind == Book.Kind.NUMBERS ? TestRows.COUNTERS : TestRows.PAPERS;
        var store = new OracleStore(data);

        new WriteProbe(store, InstantSource.system(), book).run();

        assertThat(store.listThrough(book, "z", 9)).isEmpty();
    }

    /** Keys of this process's own writes, and of flushes that come from a writer with a right clock. */
    @ParameterizedTest
    @ValueSource(longs = {25, -1, -25, 500_000})
    void write_wallClockSetBetweenAWriteAndItsRepetition_hasOneEffect(long hours) {
        var clock = new SettableClock();
        var ledger = ledger(new OracleStore(data), CommitSettings.DEFAULT, clock, clock::nanos);
        var remote = new TestWriter(clock.instant());
        var request = new Posting(new IdempotencyKey("s", "print"), List.of(new Change.Add(B, 1)));
        now(ledger.post(write(A, 1, "r")));
        now(ledger.apply(remote.postings(request)));

        clock.set(Duration.ofHours(hours));
        clock.advance(Duration.ofHours(23));
        assertThat(now(ledger.post(write(A, 1, "r"))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(1), true));
        assertThat(now(ledger.apply(remote.postingsAt(clock.instant(), request))).postings())
                .containsExactly(new PostingResult.Committed(Outcomes.applied(1), true));
    }

    @Test
    void get_afterAnAcknowledgedWrite_isNeverOlder() {
        var ledger = ledger();
        for (int i = 1; i <= 2_000; i++) {
            now(ledger.post(write(A, 1, null)));
            assertThat(now(ledger.read(A, Consistency.CACHED)).value()).isEqualTo(i);
        }
    }

    @Test
    void get_cachedCounter_doesNotAskTheStore() {
        var ledger = ledger(countingReads(new OracleStore(data)), CommitSettings.DEFAULT);
        now(ledger.post(write(A, 1, null)));
        for (int i = 0; i < 100; i++) {
            now(ledger.read(A, Consistency.CACHED));
        }
        assertThat(reads).hasValue(1);
        Instant before = InstantSource.system().instant();
        assertThat(now(ledger.read(A, Consistency.STRONG)).asOf()).isAfterOrEqualTo(before);
        assertThat(reads).hasValue(2);
    }

    @Test
    void get_cachedCounterOfAStoreOfThisProcessAlone_isHowItStandsNow() {
        var clock = new AtomicReference<>(Instant.EPOCH);
        var nanos = new AtomicLong();
        var ledger = ledger(new DelegatingStore(countingReads(new OracleStore(data))) {
            @Override
            public boolean shared() {
                return false;
            }
        }, CommitSettings.DEFAULT, clock::get, nanos::get);
        now(ledger.post(write(A, 1, null)));
        now(ledger.read(A, Consistency.CACHED));
        clock.set(Instant.EPOCH.plus(Duration.ofHours(1)));
        nanos.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(now(ledger.read(A, Consistency.CACHED))).isEqualTo(new Reading(A, 1, clock.get()));
        assertThat(now(ledger.readAll(List.of(A), Consistency.CACHED)))
                .containsExactly(new Reading(A, 1, clock.get()));
        assertThat(reads).hasValue(1);
        now(ledger.sweep(A.book(), A.section(), 10));
        assertThat(now(ledger.read(A, Consistency.CACHED)).value()).isZero();
    }

    private LedgerStore countingReads(LedgerStore store) {
        return new DelegatingStore(store) {
            @Override
            public void readEach(List<RowKey> ledger, Readout readout) {
                reads.incrementAndGet();
                super.readEach(ledger, readout);
            }
        };
    }

    @Test
    void write_fromManyThreadsWithLostReplies_givesEachItsOwnValue() throws Exception {
        long seed = System.nanoTime();
        var ledger = ledger(new ReplyLosingStore(new OracleStore(data), seed),
                new CommitSettings(65_536, 64, Duration.ofSeconds(20), Duration.ZERO, 1));
        var values = new ConcurrentLinkedQueue<Long>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                clients.add(threads.submit(() -> {
                    var stages = IntStream.range(0, 250).mapToObj(i -> ledger.post(write(A, 1, null))).toList();
                    stages.forEach(stage -> values.add(value(now(stage))));
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        assertThat(values.stream().sorted().toList()).as("seed %d", seed)
                .isEqualTo(LongStream.rangeClosed(1, 2_000).boxed().toList());
        assertThat(now(ledger.read(A, Consistency.STRONG)).value()).isEqualTo(2_000);
    }

    @Test
    void write_beyondTheRange_isRefusedAloneAndChangesNothing() {
        new OracleStore(data).apply(new TestWriter(Instant.EPOCH).changes(new Change.Add(A, Long.MAX_VALUE - 2)));
        var ledger = ledger();
        var increments = List.of(new Change.Add(A, 1), new Change.Add(B, 1), new Change.Add(A, 2),
                new Change.Add(A, 1));

        var outcomes = ((PostingResult.Committed) now(ledger.post(new Posting(null, increments)))).outcomes();

        assertThat(outcomes).isEqualTo(Outcomes.of(
                new long[]{Long.MAX_VALUE - 1, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE},
                new boolean[]{false, false, true, false}));
        assertThat(now(ledger.read(A, Consistency.CACHED)).value()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void accept_manyWrites_areCommittedByClosing() {
        var ledger = ledger(new OracleStore(data),
                new CommitSettings(10_000, 100, Duration.ofSeconds(2), Duration.ofMinutes(1), 10_000));
        for (int i = 0; i < 1_000; i++) {
            ledger.accept(write(A, 1, null));
        }
        assertThat(ledger.acceptedDepth()).isEqualTo(1_000);
        assertThat(ledger.depth()).isEqualTo(1_000);

        ledger.close();

        assertThat(new OracleStore(data).read(List.of(A))).containsExactly(1_000);
        assertThat(told.of(A)).isEqualTo(1_000);
        assertThat(told.kept()).as("before it waits and at the end").isEqualTo(2);
        assertThat(lost).hasValue(0);
        assertThatThrownBy(() -> ledger.accept(write(A, 1, null))).isInstanceOf(ShuttingDownException.class);
    }

    @Test
    void accept_beyondTheQueueLimit_isRefused() {
        var ledger = ledger(new OracleStore(data),
                new CommitSettings(10, 10, Duration.ofSeconds(2), Duration.ofMinutes(1), 1_000));
        for (int i = 0; i < 10; i++) {
            ledger.accept(write(A, 1, null));
        }

        assertThatThrownBy(() -> ledger.accept(write(A, 1, null))).isInstanceOf(OverloadedException.class);
    }

    @Test
    void accept_writeThatOverflows_isCountedAsLost() {
        new OracleStore(data).apply(new TestWriter(Instant.EPOCH).changes(new Change.Add(A, Long.MAX_VALUE)));
        var ledger = ledger();
        ledger.accept(write(A, 1, null));
        ledger.close();

        assertThat(lost).hasValue(1);
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
        var ledger = ledger(store,
                new CommitSettings(100, 100, Duration.ofMillis(200), Duration.ZERO, 1));

        assertThatThrownBy(() -> now(ledger.post(write(A, 1, "k"))))
                .hasRootCauseInstanceOf(CommitTimeoutException.class);
        away.set(0);
        Await.until("it is answered", () -> {
            try {
                return value(now(ledger.post(write(A, 1, "k")))) == 1;
            } catch (CompletionException stillRepeated) {
                return false;
            }
        });
    }
}
