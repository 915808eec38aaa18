package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Commits at the end of an event loop's round. */
final class GroupCommitRoundTest {

    private static final CommitSettings SETTINGS = new CommitSettings(100, 10, Duration.ofSeconds(2),
            Duration.ofSeconds(1), 100);

    private final List<List<Integer>> flushes = new ArrayList<>();
    private final ArrayDeque<Runnable> round = new ArrayDeque<>();
    private Executor loop = round::add;
    private boolean storeIsAway;
    private boolean storeIsFree = true;
    private Duration storeTakes = Duration.ZERO;
    private boolean metricsFail;
    private @Nullable CompletableFuture<List<Integer>> answer;
    private int woken;
    private long now;
    private final GroupCommit<Integer, Integer> commit = new GroupCommit<>(new Store(), SETTINGS, new Metrics(),
            WriteWatch.unwatched(() -> now), () -> now, new Counting(),
            new CommitPlace(new InlineCommits(() -> loop, Duration.ofMillis(1))));

    private final class Store implements FlushTarget<Integer, Integer> {

        @Override
        public CompletionStage<List<Integer>> apply(long sequence, List<Integer> operations) {
            now += storeTakes.toNanos();
            if (storeIsAway) {
                throw new StoreUnavailableException("away", new IllegalStateException());
            }
            flushes.add(List.copyOf(operations));
            return answer == null ? CompletableFuture.completedFuture(operations) : answer;
        }

        @Override
        public boolean isFree() {
            return storeIsFree;
        }
    }

    private CompletableFuture<Integer> submit(int operation) {
        return commit.submit(operation, 1, 0, false);
    }

    @Test
    void round_ofSeveralRequests_isOneTaskAndOneFlushWithoutTheWriter() {
        var _ = submit(1);
        CompletableFuture<Integer> last = submit(2);
        assertThat(round).hasSize(1);

        round.remove().run();

        assertThat(flushes).containsExactly(List.of(1, 2));
        assertThat(last).isCompletedWithValue(2);
        assertThat(woken).isZero();
    }

    @Test
    void round_storeIsAway_leavesTheFlushToTheWriter() {
        CompletableFuture<Integer> pending = submit(1);
        storeIsAway = true;
        round.remove().run();
        assertThat(pending).isNotDone();
        assertThat(woken).isOne();

        storeIsAway = false;
        commit.step();

        assertThat(pending).isCompletedWithValue(1);
        assertThat(flushes).containsExactly(List.of(1));
    }

    @Test
    void round_anotherWriterIsInTheStore_leavesTheFlushToTheWriter() {
        storeIsFree = false;
        var _ = submit(1);
        round.remove().run();

        assertThat(flushes).isEmpty();
        assertThat(woken).isOne();
    }

    @Test
    void answer_thatComesLater_completesTheCallersWhereItComesAndBeginsTheNextFlush() {
        var first = new CompletableFuture<List<Integer>>();
        answer = first;
        CompletableFuture<Integer> one = submit(1);
        round.remove().run();
        CompletableFuture<Integer> two = submit(2);
        assertThat(round).as("nobody needs to see to it").isEmpty();
        assertThat(one).isNotDone();

        answer = null;
        first.complete(List.of(1));

        assertThat(flushes).containsExactly(List.of(1), List.of(2));
        assertThat(one).isCompletedWithValue(1);
        assertThat(two).isCompletedWithValue(2);
        assertThat(woken).isZero();
    }

    @Test
    void answer_thatFailsLater_isLeftToTheWriterWhoWaitsBeforeItAsksAgain() {
        var first = new CompletableFuture<List<Integer>>();
        answer = first;
        CompletableFuture<Integer> one = submit(1);
        round.remove().run();
        first.completeExceptionally(new StoreUnavailableException("away", new IllegalStateException()));
        assertThat(flushes).hasSize(1);
        assertThat(woken).isOne();

        answer = null;
        commit.step();

        assertThat(now).isEqualTo(SETTINGS.retryDelay().toNanos());
        assertThat(one).isCompletedWithValue(1);
    }

    @Test
    void round_storeIsAwayAfterALongTime_isTheLastOne() {
        storeIsAway = true;
        storeTakes = Duration.ofSeconds(5);
        var _ = submit(1);
        round.remove().run();
        storeIsAway = false;
        storeTakes = Duration.ZERO;
        commit.step();

        var _ = submit(2);
        assertThat(round).as("the disk has stalled").isEmpty();
    }

    @Test
    void metrics_thatFail_costNoCallerItsAnswer() {
        metricsFail = true;
        CompletableFuture<Integer> one = submit(1);
        assertThatThrownBy(round.remove()::run).isInstanceOf(IllegalStateException.class);
        assertThat(one).isCompletedWithValue(1);
        assertThat(woken).as("who looks what is left").isOne();
        commit.step();
        assertThat(flushes).containsExactly(List.of(1));
    }

    @Test
    void round_moreThanAFlushTakes_leavesTheRestToTheWriter() {
        for (int i = 0; i < 12; i++) {
            var _ = submit(i);
        }
        round.remove().run();

        assertThat(flushes).hasSize(1);
        assertThat(woken).isOne();
    }

    @Test
    void expire_theLoopIsHeldUp_wakesTheWriter() {
        var _ = submit(1);
        commit.expire();

        assertThat(woken).isOne();
    }

    @Test
    void submit_theLoopIsBeingShutDown_wakesTheWriter() {
        loop = task -> {
            throw new RejectedExecutionException();
        };
        var _ = submit(1);

        assertThat(woken).isOne();
    }

    private final class Metrics implements CommitMetrics {

        @Override
        public void flushed(int operations, long commitNanos) {
            if (metricsFail) {
                throw new IllegalStateException("injected");
            }
        }
    }

    private final class Counting implements Parking {

        @Override
        public void idle(long nanos, BooleanSupplier nothingToDo) {}

        @Override
        public void pause(long nanos) {
            now += nanos;
        }

        @Override
        public void wake() {
            woken++;
        }

        @Override
        public void rouse() {}
    }
}
