package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushApplier;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.ForeignFlushException;
import io.tallygate.ledger.FrameResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Lane;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.ReplyLosingStore;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.StaleFlushException;
import io.tallygate.ledger.WrongTypeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other processes ask of one with a store: lanes, sessions, shares of windows. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT) // They wait more than they work: for stores that answer one time in three.
class StoredCountersPeerTest {

    private static final RowKey A = CounterKey.of("a", "likes");
    private static final RowKey B = CounterKey.of("b", "likes");
    /** Patient, as the stores here lose two of three attempts. */
    private static final CommitSettings COMMIT = new CommitSettings(
            65_536, 8_192, Duration.ofSeconds(30), Duration.ofMillis(100), 100);

    private final OracleStore.Data data = new OracleStore.Data();
    private final List<AutoCloseable> opened = new ArrayList<>();
    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private StoredCounters process() {
        return process(new OracleStore(data));
    }

    private StoredCounters process(LedgerStore store) {
        var clock = InstantSource.system();
        var snapshots = new FileSnapshots(directory.resolve("snapshot-" + opened.size()));
        var process = new StoredCounters(store, new Leaderboards(store, clock, System::nanoTime), snapshots, COMMIT,
                CommitMetrics.NONE, clock, System::nanoTime);
        opened.add(process);
        return process;
    }

    private Lane laneTo(FlushApplier target) {
        var lane = new Lane("lane", target, COMMIT, CommitMetrics.NONE, Duration.ofSeconds(5),
                InstantSource.system(), System::nanoTime);
        opened.add(lane);
        return lane;
    }

    private static <T> T now(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Flush flush(String writer, long sequence, Change... changes) {
        return new Flush(new FlushId(writer, sequence), Instant.now(), List.of(new Posting(List.of(changes))));
    }

    private static List<Change.Add> increments(RowKey counter, long... deltas) {
        return IntStream.range(0, deltas.length).mapToObj(i -> Increment.of(counter, deltas[i])).toList();
    }

    private static long windowSum(StoredCounters process, RowKey counter) {
        return now(process.share(counter.section(), Window.MINUTE)).sums().stream()
                .filter(sum -> sum.id().equals(counter.id()))
                .mapToLong(LedgerStore.Ranked::value).sum();
    }

    @Test
    void apply_flushOfALane_isCountedOnceAndSeenByReaders() {
        var process = process();
        assertThat(now(process.get(A, Consistency.CACHED)).value()).isZero();
        Flush flush = flush("lane", 1, new Change.Add(A, 5));

        assertThat(now(process.apply(flush)))
                .isEqualTo(new FlushResult(List.of(new PostingResult.Committed(Outcomes.applied(5)))));
        assertThat(now(process.apply(flush)).replayed()).isTrue();
        assertThat(now(process.get(A, Consistency.CACHED)).value()).isEqualTo(5);
        assertThat(windowSum(process, A)).isEqualTo(5);
    }

    @Test
    void apply_flushThatAnotherProcessApplied_isAnsweredAndNotCountedHere() {
        var one = process();
        var other = process();
        Flush flush = flush("lane", 1, new Change.Add(A, 5));
        now(one.apply(flush));

        assertThat(now(other.apply(flush)))
                .isEqualTo(new FlushResult(List.of(new PostingResult.Committed(Outcomes.applied(5))), true));
        assertThat(windowSum(one, A)).isEqualTo(5);
        assertThat(windowSum(other, A)).isZero();
    }

    @Test
    void apply_flushAfterALaterOne_isStaleAndHarmless() {
        var process = process();
        now(process.apply(flush("lane", 1, new Change.Add(A, 1))));
        now(process.apply(flush("lane", 2, new Change.Add(A, 1))));
        assertThatThrownBy(() -> now(process.apply(flush("lane", 1, new Change.Add(A, 1)))))
                .isInstanceOf(StaleFlushException.class);
        assertThat(now(process.get(A, Consistency.STRONG)).value()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void apply_storeThatLosesReplies_isExactInTotalsCacheAndWindows(long seed) {
        var process = process(new ReplyLosingStore(new OracleStore(data), seed));
        now(process.getAll(List.of(A, B), Consistency.CACHED));
        for (int i = 1; i <= 8; i++) {
            now(process.apply(flush("lane", i, new Change.Add(A, 2), new Change.Add(B, 3))));
            now(process.write(new Posting(increments(A, 1))));
            assertThat(now(process.getAll(List.of(A, B), Consistency.CACHED))).extracting(Reading::value)
                    .as("after round %d of seed %d", i, seed).containsExactly(3L * i, 3L * i);
        }
        assertThat(windowSum(process, A)).isEqualTo(24);
        assertThat(windowSum(process, B)).isEqualTo(24);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void lane_toTwoProcessesInTurnOverALossyNetwork_givesEachCallerItsOwnValue(long seed) throws Exception {
        var random = new Random(seed);
        var processes = List.of(process(), process());
        FlushApplier network = flush -> {
            FlushResult result = now(processes.get(random.nextInt(2)).apply(flush));
            if (random.nextInt(3) == 0) {
                throw new StoreUnavailableException("injected: reply lost", new Exception());
            }
            return result;
        };
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
        assertThat(now(processes.getFirst().get(A, Consistency.STRONG)).value()).isEqualTo(400);
        assertThat(windowSum(processes.get(0), A) + windowSum(processes.get(1), A)).isEqualTo(400);
    }

    @Test
    void lane_resetKeyedAndRefused_areAnsweredAsByTheStore() {
        var lane = laneTo(flush -> now(process().apply(flush)));
        var key = new IdempotencyKey("k", "print");
        assertThat(now(lane.post(new Posting(key, increments(A, Increment.DELTA_MAX)))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(Increment.DELTA_MAX)));
        assertThat(now(lane.post(new Posting(key, increments(A, Increment.DELTA_MAX)))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(Increment.DELTA_MAX), true));
        assertThat(now(lane.post(new Posting(new IdempotencyKey("k", "other"), increments(A, 1)))))
                .isEqualTo(new PostingResult.KeyReused());
        Resets.requireDone(now(lane.post(new Posting(List.of(new Change.Delete(A))))));
        assertThat(now(lane.post(new Posting(increments(A, 7)))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(7)));
    }

    @Test
    void write_framesOfASession_countOnceEach() {
        var process = process();
        var other = process();
        var frame = List.of(Increment.of(A, 1), Increment.of(B, 5), Increment.of(A, 2));
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
        frame.add(Increment.of(B, 1));
        assertThat(now(process.write("session", 1, frame))).isEqualTo(new FrameResult.Committed(Outcomes.of(
                new long[]{Long.MAX_VALUE - 2, Long.MAX_VALUE - 2, Long.MAX_VALUE, 1},
                new boolean[]{false, true, false, false})));
        assertThat(now(process.write("session", 1, frame))).isEqualTo(new FrameResult.CommittedBefore());
        assertThat(now(process.get(A, Consistency.STRONG)).value()).isEqualTo(Long.MAX_VALUE);
        assertThat(now(process.get(B, Consistency.STRONG)).value()).isEqualTo(1);
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
        assertThat(now(process.getAll(List.of(A, B), Consistency.STRONG))).extracting(Reading::value)
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
        assertThat(now(process.get(A, Consistency.STRONG)).value()).isEqualTo(5);
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
        var increments = List.of(Increment.of(A, 5), Increment.of(B, 6));
        assertThat(now(process.write(new Posting(null, increments))))
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
            var bad = process.get(B, Consistency.STRONG);
            var both = process.getAll(List.of(A, B), Consistency.STRONG);
            assertThat(now(process.get(A, Consistency.STRONG)).value()).isEqualTo(7);
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
                        .mapToObj(i -> Increment.of(random.nextBoolean() ? A : B, random.nextInt(1, 9))).toList();
                frame.forEach(i -> expected.merge(i.row(), i.delta(), Long::sum));
                for (int sending = random.nextInt(1, 4); sending > 0; sending--) {
                    now(processes.get(random.nextInt(2)).write("session-" + session, sequence, frame));
                }
            }
        }
        assertThat(now(processes.getFirst().getAll(List.of(A, B), Consistency.STRONG))).as("seed %d", seed)
                .extracting(Reading::value).containsExactly(expected.get(A), expected.get(B));
    }

    @Test
    void share_ofSeveralProcesses_mergesIntoOneLeaderboard() {
        var one = process();
        var other = process();
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
