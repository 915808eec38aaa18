package io.tallygate.ledger;

import static io.tallygate.ledger.TestStages.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.EventLoops;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other processes ask of one with a store: lanes and sessions. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT) // They wait more than they work: for stores that answer one time in three.
class StoredLedgerPeerTest {

    private static final RowKey A = TestRows.of("a", "likes");
    private static final RowKey B = TestRows.of("b", "likes");
    /** Patient, as the stores here lose two of three attempts. */
    private static final CommitSettings COMMIT = new CommitSettings(
            65_536, 8_192, Duration.ofSeconds(30), Duration.ofMillis(100), 100);

    private static final long DELTA_MAX = 1L << 53;

    private final OracleStore.Data data = new OracleStore.Data();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<StoredLedger, Totals> totals = new ConcurrentHashMap<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private StoredLedger process() {
        return process(new OracleStore(data));
    }

    private StoredLedger process(LedgerStore store) {
        var told = new Totals();
        var process = new StoredLedger(store, TestRows.COUNTERS, List.of(told), COMMIT, TestSettings.LEDGER,
                CommitMetrics.NONE, InstantSource.system(), System::nanoTime);
        totals.put(process, told);
        opened.add(process);
        return process;
    }

    private Lane laneTo(FlushApplier target) {
        var lane = new Lane("lane", target, EventLoops.NONE, COMMIT, CommitMetrics.NONE, Duration.ofSeconds(5),
                InstantSource.system(), System::nanoTime);
        opened.add(lane);
        return lane;
    }

    private static Flush flush(String writer, long sequence, Change... changes) {
        return new Flush(new FlushId(writer, sequence), Instant.now(), List.of(new Posting(List.of(changes))));
    }

    private static List<Change.Add> increments(RowKey counter, long... deltas) {
        return IntStream.range(0, deltas.length).mapToObj(i -> new Change.Add(counter, deltas[i])).toList();
    }

    /** What a process's own commits added to a row. */
    private long told(StoredLedger process, RowKey row) {
        return Objects.requireNonNull(totals.get(process)).of(row);
    }

    @Test
    void apply_flushOfALane_isCountedOnceAndSeenByReaders() {
        var process = process();
        assertThat(now(process.read(A, Consistency.CACHED)).value()).isZero();
        Flush flush = flush("lane", 1, new Change.Add(A, 5));

        assertThat(now(process.apply(flush)))
                .isEqualTo(new FlushResult(List.of(new PostingResult.Committed(Outcomes.applied(5)))));
        assertThat(now(process.apply(flush)).replayed()).isTrue();
        assertThat(now(process.read(A, Consistency.CACHED)).value()).isEqualTo(5);
        assertThat(told(process, A)).isEqualTo(5);
    }

    @Test
    void apply_flushThatAnotherProcessApplied_isAnsweredAndNotCountedHere() {
        var one = process();
        var other = process();
        Flush flush = flush("lane", 1, new Change.Add(A, 5));
        now(one.apply(flush));

        assertThat(now(other.apply(flush)))
                .isEqualTo(new FlushResult(List.of(new PostingResult.Committed(Outcomes.applied(5))), true));
        assertThat(told(one, A)).isEqualTo(5);
        assertThat(told(other, A)).isZero();
    }

    @Test
    void apply_flushAfterALaterOne_isStaleAndHarmless() {
        var process = process();
        now(process.apply(flush("lane", 1, new Change.Add(A, 1))));
        now(process.apply(flush("lane", 2, new Change.Add(A, 1))));
        assertThatThrownBy(() -> now(process.apply(flush("lane", 1, new Change.Add(A, 1)))))
                .isInstanceOf(StaleFlushException.class);
        assertThat(now(process.read(A, Consistency.STRONG)).value()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void apply_storeThatLosesReplies_isExactInTotalsCacheAndListeners(long seed) {
        var process = process(new ReplyLosingStore(new OracleStore(data), seed));
        now(process.readAll(List.of(A, B), Consistency.CACHED));
        for (int i = 1; i <= 8; i++) {
            now(process.apply(flush("lane", i, new Change.Add(A, 2), new Change.Add(B, 3))));
            now(process.post(new Posting(increments(A, 1))));
            assertThat(now(process.readAll(List.of(A, B), Consistency.CACHED))).extracting(Reading::value)
                    .as("after round %d of seed %d", i, seed).containsExactly(3L * i, 3L * i);
        }
        assertThat(told(process, A)).isEqualTo(24);
        assertThat(told(process, B)).isEqualTo(24);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void lane_toTwoProcessesInTurnOverALossyNetwork_givesEachCallerItsOwnValue(long seed) throws Exception {
        var random = new Random(seed);
        var processes = List.of(process(), process());
        FlushApplier network = FlushApplier.of(flush -> {
            FlushResult result = now(processes.get(random.nextInt(2)).apply(flush));
            if (random.nextInt(3) == 0) {
                throw new StoreUnavailableException("injected: reply lost", new Exception());
            }
            return result;
        });
        var lane = laneTo(network);
        List<Future<Long>> values = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 400; i++) {
                values.add(threads.submit(() -> ((PostingResult.Committed) now(
                        lane.post(new Posting(increments(A, 1))))).outcomes().value(0)));
            }
        }
        assertThat(values.stream().map(Future::resultNow)).as("seed %d", seed).doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 400).mapToObj(Long::valueOf).toList());
        assertThat(now(processes.getFirst().read(A, Consistency.STRONG)).value()).isEqualTo(400);
        assertThat(told(processes.get(0), A) + told(processes.get(1), A)).isEqualTo(400);
    }

    @Test
    void lane_resetKeyedAndRefused_areAnsweredAsByTheStore() {
        var lane = laneTo(flush -> process().apply(flush));
        var key = new IdempotencyKey("k", "print");
        assertThat(now(lane.post(new Posting(key, increments(A, DELTA_MAX)))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(DELTA_MAX)));
        assertThat(now(lane.post(new Posting(key, increments(A, DELTA_MAX)))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(DELTA_MAX), true));
        assertThat(now(lane.post(new Posting(new IdempotencyKey("k", "other"), increments(A, 1)))))
                .isEqualTo(new PostingResult.KeyReused());
        assertThat(now(lane.post(new Posting(List.of(new Change.Delete(A))))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(0)));
        assertThat(now(lane.post(new Posting(increments(A, 7)))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(7)));
    }

    @Test
    void write_framesOfASession_countOnceEach() {
        var process = process();
        var other = process();
        var frame = List.of(new Change.Add(A, 1), new Change.Add(B, 5), new Change.Add(A, 2));
        var answer = new FrameResult.Committed(Outcomes.applied(1, 5, 3));
        assertThat(now(process.write("session", 1, frame))).isEqualTo(answer);
        assertThat(now(process.write("session", 1, frame))).isEqualTo(answer);
        assertThat(now(other.write("session", 1, frame))).isEqualTo(answer);
        assertThat(now(other.write("session", 2, increments(A, 4))))
                .isEqualTo(new FrameResult.Committed(Outcomes.applied(7)));
        assertThat(now(process.write("session", 1, frame))).isEqualTo(new FrameResult.CommittedBefore());
        assertThat(now(process.write("another", 1, increments(A, 1))))
                .isEqualTo(new FrameResult.Committed(Outcomes.applied(8)));
    }

    @Test
    void write_frameThatMustBeUnfolded_refusesExactlyWhatDoesNotFitAlsoWhenRepeated() {
        var process = process();
        new OracleStore(data).apply(flush("w", 1, new Change.Add(A, Long.MAX_VALUE - 5)));
        var frame = new ArrayList<>(increments(A, 3, 3, 2));
        frame.add(new Change.Add(B, 1));
        assertThat(now(process.write("session", 1, frame))).isEqualTo(new FrameResult.Committed(Outcomes.of(
                new long[]{Long.MAX_VALUE - 2, Long.MAX_VALUE - 2, Long.MAX_VALUE, 1},
                new boolean[]{false, true, false, false})));
        assertThat(now(process.write("session", 1, frame))).isEqualTo(new FrameResult.CommittedBefore());
        assertThat(now(process.read(A, Consistency.STRONG)).value()).isEqualTo(Long.MAX_VALUE);
        assertThat(now(process.read(B, Consistency.STRONG)).value()).isEqualTo(1);
    }

    @Test
    void write_numberOfAFrameWithOtherIncrements_isForeignAndNotCounted() {
        var process = process();
        now(process.write("session", 1, increments(A, 1, 2)));
        for (var others : List.of(increments(A, 1), increments(A, 2, 1), increments(A, 1, 3), increments(B, 1, 2))) {
            assertThatThrownBy(() -> now(process().write("session", 1, others)))
                    .isInstanceOf(ForeignFlushException.class);
        }
        assertThat(now(process.write("session", 1, increments(A, 1, 2))))
                .isEqualTo(new FrameResult.Committed(Outcomes.applied(1, 3)));
        assertThat(now(process.readAll(List.of(A, B), Consistency.STRONG))).extracting(Reading::value)
                .containsExactly(3L, 0L);
    }

    @Test
    void apply_overtakenAfterAnAttemptWithoutAnAnswer_isUnknown() {
        var attempts = new AtomicInteger();
        var process = process(new DelegatingStore(new OracleStore(data)) {
            @Override
            public FlushResult apply(Flush flush) {
                FlushResult result = super.apply(flush);
                if (attempts.incrementAndGet() == 1) {
                    super.apply(flush("lane", 2, new Change.Add(B, 1)));
                    throw new StoreUnavailableException("injected: reply lost", new Exception());
                }
                return result;
            }
        });
        assertThatThrownBy(() -> now(process.apply(flush("lane", 1, new Change.Add(A, 5)))))
                .isInstanceOf(UnknownOutcomeException.class);
        assertThat(now(process.read(A, Consistency.STRONG)).value()).isEqualTo(5);
    }

    @Test
    void write_replyLostAndACounterIsNoNumberAnyMore_countsOnce() {
        var attempts = new AtomicInteger();
        var process = process(new DelegatingStore(new OracleStore(data)) {
            @Override
            public FlushResult apply(Flush flush) {
                FlushResult result = super.apply(flush);
                if (attempts.incrementAndGet() == 1) {
                    throw new StoreUnavailableException("injected: reply lost", new Exception());
                }
                return result;
            }

            @Override
            public void readEach(List<RowKey> counters, Readout readout) {
                for (int i = 0; i < counters.size(); i++) {
                    readout.failed(i, new WrongTypeException("no number"));
                }
            }
        });
        var increments = List.of(new Change.Add(A, 5), new Change.Add(B, 6));
        assertThat(now(process.post(new Posting(null, increments))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(5, 6)));
        assertThat(new OracleStore(data).read(List.of(A, B))).containsExactly(5, 6);
    }

    @Test
    void get_oneCounterOfSeveralFails_theOthersAreAnswered() {
        var process = process(new DelegatingStore(new OracleStore(data)) {
            @Override
            public void readEach(List<RowKey> counters, Readout readout) {
                for (int i = 0; i < counters.size(); i++) {
                    if (counters.get(i).equals(B)) {
                        readout.failed(i, new WrongTypeException("no number"));
                    } else {
                        readout.value(i, 7);
                    }
                }
            }
        });
        for (int i = 0; i < 20; i++) {
            var bad = process.read(B, Consistency.STRONG);
            var both = process.readAll(List.of(A, B), Consistency.STRONG);
            assertThat(now(process.read(A, Consistency.STRONG)).value()).isEqualTo(7);
            assertThatThrownBy(() -> now(bad)).isInstanceOf(WrongTypeException.class);
            assertThatThrownBy(() -> now(both)).isInstanceOf(WrongTypeException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void write_sessionsThatAreCutOffAgainAndAgain_areExact(long seed) {
        var processes = List.of(
                process(new ReplyLosingStore(new OracleStore(data), seed)),
                process(new ReplyLosingStore(new OracleStore(data), seed + 100)));
        var random = new Random(seed);
        Map<RowKey, Long> expected = new HashMap<>();
        for (int session = 0; session < 3; session++) {
            for (int sequence = 1; sequence <= 6; sequence++) {
                var frame = IntStream.range(0, random.nextInt(1, 40))
                        .mapToObj(i -> new Change.Add(random.nextBoolean() ? A : B, random.nextInt(1, 9))).toList();
                frame.forEach(i -> expected.merge(i.row(), i.delta(), Long::sum));
                for (int sending = random.nextInt(1, 4); sending > 0; sending--) {
                    now(processes.get(random.nextInt(2)).write("session-" + session, sequence, frame));
                }
            }
        }
        assertThat(now(processes.getFirst().readAll(List.of(A, B), Consistency.STRONG))).as("seed %d", seed)
                .extracting(Reading::value).containsExactly(expected.get(A), expected.get(B));
    }

    @Test
    void close_thenLanesAndSessions_areRefused() {
        var process = process();
        process.close();
        assertThatThrownBy(() -> now(process.apply(flush("lane", 1, new Change.Add(A, 1)))))
                .isInstanceOf(ShuttingDownException.class);
        assertThatThrownBy(() -> now(process.write("session", 1, increments(A, 1))))
                .isInstanceOf(ShuttingDownException.class);
    }
}
