package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads, the bounds and the answers, with real time. */
@Timeout(120)
class CommitWriterTest {

    private final List<List<Integer>> flushes = new CopyOnWriteArrayList<>();
    private final Semaphore storeMayAnswer = new Semaphore(0);
    private final List<CommitWriter<Integer, Integer>> writers = new ArrayList<>();
    private final AtomicInteger lost = new AtomicInteger();

    @AfterEach
    void close() {
        storeMayAnswer.release(1_000_000);
        writers.forEach(CommitWriter::close);
    }

    private CommitWriter<Integer, Integer> writer(CommitSettings settings,
            BlockingFlushTarget<Integer, Integer> target) {
        return writer(settings, target, System::nanoTime);
    }

    private CommitWriter<Integer, Integer> writer(CommitSettings settings, BlockingFlushTarget<Integer, Integer> target,
            LongSupplier ticker) {
        var metrics = new CommitMetrics() {
            @Override
            public void acceptedLost(int operations) {
                lost.addAndGet(operations);
            }
        };
        var writer = new CommitWriter<>("test", FlushTarget.of(target), settings, metrics, Duration.ofMillis(500),
                ticker);
        writers.add(writer);
        return writer;
    }

    private List<Integer> answerWhenAllowed(long sequence, List<Integer> operations) {
        flushes.add(List.copyOf(operations));
        storeMayAnswer.acquireUninterruptibly();
        return operations;
    }

    private static CommitSettings settings(UnaryOperator<CommitSettings> change) {
        return change.apply(CommitSettings.DEFAULT);
    }

    private static CommitSettings timingOutAfter(Duration timeout) {
        return settings(d -> new CommitSettings(d.queueMax(), d.batchMax(), timeout, d.linger(), d.lingerOperations()));
    }

    @Test
    void submit_whileStoreIsBusy_sharesTheNextFlush() {
        var writer = writer(CommitSettings.DEFAULT, this::answerWhenAllowed);
        var first = writer.submit(0, 1);
        await(() -> flushes.size() == 1);
        var others = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 1; i <= 50; i++) {
            others.add(writer.submit(i, 1));
        }
        storeMayAnswer.release(2);

        assertThat(first.join()).isZero();
        assertThat(others.stream().map(CompletableFuture::join)).first().isEqualTo(1);
        assertThat(flushes).hasSize(2);
        assertThat(flushes.get(1)).hasSize(50).isSorted();
        assertThat(writer.depth()).isZero();
    }

    @Test
    void submit_beyondTheQueueLimit_isRefusedAtOnce() {
        var small = settings(d -> new CommitSettings(10, 10, d.timeout(), d.linger(), 1));
        var writer = writer(small, this::answerWhenAllowed);
        for (int i = 0; i < 10; i++) {
            assertThat(writer.submit(i, 1).isCompletedExceptionally()).isFalse();
        }

        var refused = writer.submit(10, 1);

        assertThat(refused.exceptionNow()).isInstanceOf(OverloadedException.class).hasMessageContaining("10");
        assertThat(writer.depth()).isEqualTo(10);
    }

    @Test
    void submit_heavierThanABatch_goesAlone() {
        var small = settings(d -> new CommitSettings(100, 10, d.timeout(), d.linger(), 1));
        var writer = writer(small, this::answerWhenAllowed);
        var _ = writer.submit(0, 1);
        await(() -> flushes.size() == 1);
        var _ = writer.submit(1, 6);
        var _ = writer.submit(2, 6);
        var heavy = writer.submit(3, 40);
        storeMayAnswer.release(4);

        heavy.join();
        assertThat(flushes).containsExactly(List.of(0), List.of(1), List.of(2), List.of(3));
    }

    @Test
    void submit_moreBytesThanABatch_goInSeveral() {
        var writer = writer(CommitSettings.DEFAULT, this::answerWhenAllowed);
        var _ = writer.submit(0, 1);
        await(() -> flushes.size() == 1);
        var _ = writer.submit(1, 1, CommitSettings.BATCH_BYTES_MAX / 2);
        var _ = writer.submit(2, 1, CommitSettings.BATCH_BYTES_MAX / 2);
        var _ = writer.submit(3, 1, 1);
        var larger = writer.submit(4, 1, CommitSettings.BATCH_BYTES_MAX + 1);
        var _ = writer.accept(5, 1, 1);
        var last = writer.submit(6, 1);
        storeMayAnswer.release(5);

        larger.join();
        last.join();
        assertThat(flushes).containsExactly(List.of(0), List.of(1, 2), List.of(3), List.of(4), List.of(5, 6));
    }

    @Test
    void submit_large_takesThePlacesOfSeveralUntilItIsAnswered() {
        var small = settings(d -> new CommitSettings(10, 10, d.timeout(), d.linger(), 1));
        var writer = writer(small, this::answerWhenAllowed);
        var _ = writer.submit(0, 1, 8 * CommitSettings.PLACE_BYTES);
        var last = writer.submit(1, 2, CommitSettings.PLACE_BYTES);
        assertThat(writer.depth()).isEqualTo(10);
        assertThat(writer.submit(2, 1).exceptionNow()).isInstanceOf(OverloadedException.class);
        storeMayAnswer.release(2);

        last.join();
        assertThat(writer.depth()).isZero();
    }

    @Test
    void submit_largerThanTheQueue_isTakenWhenNothingElseWaits() {
        var small = settings(d -> new CommitSettings(10, 10, d.timeout(), d.linger(), 1));
        var writer = writer(small, this::answerWhenAllowed);
        var large = writer.submit(0, 1, 100 * CommitSettings.PLACE_BYTES);
        assertThat(writer.submit(1, 1).exceptionNow()).isInstanceOf(OverloadedException.class);
        storeMayAnswer.release(1);

        assertThat(large.join()).isZero();
    }

    @Test
    void caller_whoseCommitTakesTooLong_isToldInBoundedTime() {
        var timeout = Duration.ofMillis(100);
        var nanos = new AtomicLong();
        var writer = writer(timingOutAfter(timeout), this::answerWhenAllowed, nanos::get);
        var inFlight = writer.submit(1, 1);
        await(() -> flushes.size() == 1);
        var queued = writer.submit(2, 1);
        nanos.addAndGet(timeout.toNanos() + 1);

        assertThatThrownBy(inFlight::join).hasCauseInstanceOf(CommitTimeoutException.class);
        assertThatThrownBy(queued::join).hasCauseInstanceOf(CommitTimeoutException.class);
        storeMayAnswer.release(10);
        assertThat(writer.submit(3, 1).join()).isEqualTo(3);
        assertThat(flushes).as("what timed out in the queue never happens").containsExactly(List.of(1), List.of(3));
    }

    @Test
    void operation_thatPoisonsItsFlush_failsAlone() {
        var seen = new CountDownLatch(1);
        var writer = writer(CommitSettings.DEFAULT, (sequence, operations) -> {
            await(() -> seen.getCount() == 0);
            if (operations.contains(13)) {
                throw new IllegalArgumentException("thirteen");
            }
            return operations;
        });
        var callers = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 40; i++) {
            callers.add(writer.submit(i, 1));
        }
        seen.countDown();

        for (int i = 0; i < 40; i++) {
            var caller = callers.get(i);
            if (i == 13) {
                assertThatThrownBy(caller::join).hasCauseInstanceOf(IllegalArgumentException.class);
            } else {
                assertThat(caller.join()).isEqualTo(i);
            }
        }
    }

    @Test
    void target_thatAnswersTheWrongNumber_failsItsCallers() {
        var writer = writer(CommitSettings.DEFAULT, (sequence, operations) -> List.of());

        assertThatThrownBy(writer.submit(1, 1)::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void accept_fewOperations_lingersForCompany() {
        var nanos = new AtomicLong();
        var writer = writer(CommitSettings.DEFAULT, (sequence, operations) -> {
            flushes.add(List.copyOf(operations));
            return operations;
        }, nanos::get);
        var first = writer.accept(1, 1);
        var second = writer.accept(2, 1);
        nanos.addAndGet(CommitSettings.DEFAULT.linger().toNanos() - 1);
        assertThat(writer.acceptedDepth()).isEqualTo(2);
        nanos.addAndGet(1);
        first.join();
        second.join();

        assertThat(flushes).containsExactly(List.of(1, 2));
        assertThat(writer.acceptedDepth()).isZero();
    }

    @Test
    void accept_withAWaitingCaller_goesAtOnce() {
        var patient = settings(d -> new CommitSettings(100, 100, d.timeout(), Duration.ofMinutes(1), 100));
        var writer = writer(patient, (sequence, operations) -> operations);
        var accepted = writer.accept(1, 1);

        assertThat(writer.submit(2, 1).join()).isEqualTo(2);
        assertThat(accepted.join()).isEqualTo(1);
    }

    @Test
    void accept_enoughOperations_endsTheLinger() {
        var patient = settings(d -> new CommitSettings(1_000, 1_000, d.timeout(), Duration.ofMinutes(1), 100));
        var writer = writer(patient, (sequence, operations) -> operations);
        var callers = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 100; i++) {
            callers.add(writer.accept(i, 1));
        }

        assertThat(callers.getLast().join()).isEqualTo(99);
    }

    @Test
    void close_withWorkQueued_commitsItFirst() {
        var patient = settings(d -> new CommitSettings(1_000, 10, d.timeout(), Duration.ofMinutes(1), 1_000));
        var writer = writer(patient, (sequence, operations) -> {
            flushes.add(List.copyOf(operations));
            return operations;
        });
        var callers = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 95; i++) {
            callers.add(writer.accept(i, 1));
        }

        writer.close();

        assertThat(callers).allMatch(caller -> caller.isDone() && !caller.isCompletedExceptionally());
        // The writer may have looked when a part of them was queued.
        assertThat(flushes).hasSizeBetween(10, 11).allMatch(flush -> flush.size() <= 10);
        assertThat(flushes.stream().flatMap(List::stream))
                .containsExactlyElementsOf(IntStream.range(0, 95).boxed().toList());
        assertThat(writer.submit(1, 1).exceptionNow()).isInstanceOf(ShuttingDownException.class);
    }

    @Test
    void close_withAStoreThatIsAway_endsInTimeAndCountsWhatIsLost() {
        var writer = writer(CommitSettings.DEFAULT, (sequence, operations) -> {
            throw new StoreUnavailableException("away", new IllegalStateException());
        });
        var accepted = writer.accept(1, 3);
        var waiting = writer.submit(2, 1);
        long from = System.nanoTime();

        writer.close();

        assertThat(Duration.ofNanos(System.nanoTime() - from)).isBetween(Duration.ofMillis(400),
                Duration.ofSeconds(15));
        assertThat(accepted.exceptionNow()).isInstanceOf(ShuttingDownException.class);
        assertThat(waiting.exceptionNow()).isInstanceOf(ShuttingDownException.class);
        assertThat(lost).hasValue(3);
    }

    @Test
    void close_everyCallerWasToldThatItsTimeIsOver_doesNotWaitForTheStore() {
        var writer = new CommitWriter<Integer, Integer>("test", (_, _) -> {
            throw new StoreUnavailableException("away", new IllegalStateException());
        }, timingOutAfter(Duration.ofMillis(50)), CommitMetrics.NONE, Duration.ofMinutes(5), System::nanoTime);
        var told = writer.submit(1, 1);
        assertThatThrownBy(told::join).hasCauseInstanceOf(CommitTimeoutException.class);

        writer.close();

        assertThat(writer.depth()).isZero();
    }

    @Test
    void submit_fromManyThreadsWhileClosing_isCommittedOrRefused() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            var applied = new CopyOnWriteArrayList<Integer>();
            var writer = writer(CommitSettings.DEFAULT, (sequence, operations) -> {
                applied.addAll(operations);
                return operations;
            });
            var callers = new CopyOnWriteArrayList<CompletableFuture<Integer>>();
            var started = new CountDownLatch(4);
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 4; t++) {
                int base = 1_000 * t;
                threads.add(Thread.ofPlatform().start(() -> {
                    started.countDown();
                    for (int i = 0; i < 200; i++) {
                        callers.add(writer.submit(base + i, 1));
                    }
                }));
            }
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            writer.close();
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(callers).hasSize(800).allMatch(CompletableFuture::isDone);
            long committed = callers.stream().filter(c -> !c.isCompletedExceptionally()).count();
            assertThat(applied).hasSize((int) committed);
        }
    }

    private static void await(BooleanSupplier condition) {
        Await.until("what the test waits for", condition);
    }

    @Test
    void submit_storeIsAway_isSentAgainAfterTheDelayOfTheSettings() {
        Duration delay = Duration.ofMillis(300);
        var slow = settings(d -> new CommitSettings(10, 10, Duration.ofSeconds(30), d.linger(), 1, delay));
        var attempts = new ConcurrentLinkedQueue<Long>();
        var writer = writer(slow, (_, operations) -> {
            attempts.add(System.nanoTime());
            if (attempts.size() < 3) {
                throw new StoreUnavailableException("away", new IllegalStateException());
            }
            return operations;
        });

        assertThat(writer.submit(7, 1).join()).isEqualTo(7);
        List<Long> at = List.copyOf(attempts);
        assertThat(at.get(1) - at.get(0)).isGreaterThanOrEqualTo(delay.toNanos());
        assertThat(at.get(2) - at.get(1)).as("twice as long, up to half a second")
                .isGreaterThanOrEqualTo(Duration.ofMillis(500).toNanos());
    }
}
