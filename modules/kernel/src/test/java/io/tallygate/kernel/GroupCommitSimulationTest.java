package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * Group commit in a simulated world: one thread, a clock that moves only when the world says so, callers that submit while
 * the store works, some of them on event loops whose rounds end at any time, a writer thread that runs only when it was woken
 * or has slept enough, a store that fails, delays, loses its answer, or is cut off with the process. Its commits are slow
 * often enough for their place to change, and in some lives its answers come later, on a thread that must not sleep. A seed is
 * a whole story, and every failure prints it.
 */
class GroupCommitSimulationTest {

    private static final int SEEDS = 5_000;
    private static final CommitSettings SETTINGS = new CommitSettings(40, 8, Duration.ofMillis(100),
            Duration.ofMillis(20), 5);

    @Test
    void store_faultyInEveryWay_holdsExactlyWhatWasAcknowledgedPlusSomeInFlight() {
        int acknowledged = 0;
        int unknown = 0;
        int lost = 0;
        int inline = 0;
        int left = 0;
        int later = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            var world = new World(seed);
            world.live();
            acknowledged += world.acknowledged.size();
            unknown += world.unknown;
            lost += world.repliesLost;
            inline += world.flushedInline;
            left += world.leftToTheWriter;
            later += world.answeredLater;
        }
        assertThat(acknowledged).as("the stories are about something").isGreaterThan(10 * SEEDS);
        assertThat(unknown).as("callers gave up").isGreaterThan(SEEDS / 10);
        assertThat(lost).as("replies got lost").isGreaterThan(SEEDS / 10);
        assertThat(inline).as("event loops commit").isGreaterThan(SEEDS);
        assertThat(later).as("answers come later").isGreaterThan(SEEDS);
        assertThat(left).as("event loops leave a flush without an answer to the writer").isGreaterThan(SEEDS / 10);
    }

    /** The process was killed; what it held in memory is gone. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final class World {

        final long seed;
        final SplittableRandom random;
        final Map<Integer, CompletableFuture<Integer>> callers = new HashMap<>();
        final Set<Integer> poisoned = new HashSet<>();
        final Set<Integer> acknowledged = new HashSet<>();
        final List<Integer> stored = new ArrayList<>();
        final Map<Long, List<Integer>> answersBySequence = new HashMap<>();
        final List<Runnable> rounds = new ArrayList<>();
        final List<Runnable> arrivals = new ArrayList<>();

        GroupCommit<Integer, Integer> commit;
        long now;
        int nextOperation;
        int unknown;
        int repliesLost;
        int flushedInline;
        int leftToTheWriter;
        int answeredLater;
        boolean isRemote;
        boolean calm;
        boolean onLoop;
        boolean endingRound;
        boolean awake;
        long sleepsUntil;

        World(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.commit = restarted();
        }

        GroupCommit<Integer, Integer> restarted() {
            answersBySequence.clear();
            rounds.clear();
            arrivals.clear();
            isRemote = random.nextBoolean();
            awake = true;
            return new GroupCommit<>(this::begin, SETTINGS, CommitMetrics.NONE, WriteWatch.unwatched(() -> now),
                    () -> now, new SimulatedParking(), new CommitPlace(place(() -> onLoop ? rounds::add : null)));
        }

        InlineCommits place(EventLoops loops) {
            return isRemote
                    ? InlineCommits.always(loops)
                    : new InlineCommits(loops, Duration.ofMillis(random.nextInt(4)));
        }

        void live() {
            int lives = 1 + random.nextInt(3);
            for (int life = 1; life <= lives; life++) {
                try {
                    for (int i = 0; i < 30; i++) {
                        maybeSubmit();
                        maybeEndRounds();
                        maybeArrive();
                        maybeStep();
                    }
                    calm = life == lives;
                    if (random.nextBoolean()) {
                        assertNobodyIsForgotten();
                    }
                    commit.close(now + Duration.ofSeconds(10).toNanos());
                    boolean open = true;
                    while (open) {
                        maybeArrive();
                        open = commit.step();
                    }
                    assertThat(commit.depth()).as("depth after closing, seed %d", seed).isZero();
                    assertThat(callers.values()).as("callers after closing, seed %d", seed)
                            .allMatch(CompletableFuture::isDone);
                } catch (Killed killed) {
                    // Those who still waited never hear; what they asked for may be stored or not.
                }
                settleAccounts();
                commit = restarted();
            }
            assertInvariant();
        }

        void maybeStep() {
            if (awake || now >= sleepsUntil) {
                commit.step();
            } else {
                pass(random.nextInt(10));
            }
        }

        /** At any time in the middle of something, too, as other threads do. */
        void maybeEndRounds() {
            while (!rounds.isEmpty() && random.nextInt(3) > 0) {
                endRound();
            }
        }

        void endRound() {
            withoutSleep(rounds.removeFirst());
        }

        void maybeArrive() {
            if (!arrivals.isEmpty() && random.nextBoolean()) {
                withoutSleep(arrivals.removeFirst());
            }
        }

        void withoutSleep(Runnable onLoop) {
            boolean before = endingRound;
            endingRound = true;
            onLoop.run();
            endingRound = before;
        }

        /** Nothing but what was begun comes to its end: rounds, and the writer thread while it is awake or wakes by itself. */
        void assertNobodyIsForgotten() {
            calm = true;
            while (!rounds.isEmpty() || !arrivals.isEmpty() || awake || sleepsUntil != Long.MAX_VALUE) {
                if (!rounds.isEmpty()) {
                    endRound();
                } else if (!arrivals.isEmpty()) {
                    withoutSleep(arrivals.removeFirst());
                } else {
                    now = awake ? now : Math.max(now, sleepsUntil);
                    commit.step();
                }
            }
            assertThat(commit.depth()).as("depth when everybody rests, seed %d", seed).isZero();
            assertThat(callers.values()).as("callers when everybody rests, seed %d", seed)
                    .allMatch(CompletableFuture::isDone);
        }

        void maybeSubmit() {
            onLoop = random.nextInt(3) > 0;
            for (int n = random.nextInt(6); n > 0; n--) {
                int operation = nextOperation++;
                if (random.nextInt(40) == 0) {
                    poisoned.add(operation);
                }
                int bytes = random.nextInt(3) == 0 ? random.nextInt(4 * CommitSettings.PLACE_BYTES) : 0;
                callers.put(operation,
                        commit.submit(operation, 1 + random.nextInt(2), bytes, random.nextInt(4) == 0));
            }
            onLoop = false;
            if (random.nextInt(3) == 0) {
                pass(random.nextInt(30));
            }
        }

        /** Answers at once or, where the store is remote, mostly later. One flush is under way at a time. */
        CompletionStage<List<Integer>> begin(long sequence, List<Integer> operations) {
            assertThat(arrivals).as("no answer is still to come, seed %d", seed).isEmpty();
            if (!isRemote || random.nextInt(4) == 0) {
                return CompletableFuture.completedFuture(apply(sequence, operations));
            }
            answeredLater++;
            var answer = new CompletableFuture<List<Integer>>();
            arrivals.add(() -> {
                List<Integer> answers;
                try {
                    answers = apply(sequence, operations);
                } catch (StoreUnavailableException | IllegalArgumentException | Killed failure) {
                    answer.completeExceptionally(failure);
                    return;
                }
                answer.complete(answers);
            });
            return answer;
        }

        /** The store: numbers its flushes, applies each once, all or nothing. */
        List<Integer> apply(long sequence, List<Integer> operations) {
            pass(random.nextInt(4));
            boolean inline = endingRound;
            flushedInline += inline ? 1 : 0;
            if (!calm) {
                maybeSubmit();
                maybeEndRounds();
                switch (random.nextInt(12)) {
                    case 0 -> {
                        leftToTheWriter += inline ? 1 : 0;
                        throw new StoreUnavailableException("refused connection", new IllegalStateException());
                    }
                    case 1 -> pass(50 + random.nextInt(300));
                    case 2 -> killMaybe();
                    default -> {
                    }
                }
            }
            List<Integer> answers = answersBySequence.get(sequence);
            if (answers == null) {
                if (operations.stream().anyMatch(poisoned::contains)) {
                    throw new IllegalArgumentException("constraint");
                }
                stored.addAll(operations);
                answers = List.copyOf(operations);
                answersBySequence.put(sequence, answers);
            } else {
                assertThat(answers).as("a number comes back with its operations, seed %d", seed)
                        .isEqualTo(operations);
            }
            if (!calm && random.nextInt(8) == 0) {
                killMaybe();
                repliesLost++;
                throw new StoreUnavailableException("lost reply", new IllegalStateException());
            }
            return answers;
        }

        void killMaybe() {
            if (random.nextInt(6) == 0) {
                throw new Killed();
            }
        }

        void pass(int millis) {
            now += Duration.ofMillis(millis).toNanos();
            expire();
        }

        /** Does not wake the writer, as it does when something waits: that would hide who was forgotten. */
        void expire() {
            boolean before = awake;
            commit.expire();
            awake = before;
        }

        void settleAccounts() {
            callers.forEach((operation, caller) -> {
                if (caller.isDone() && !caller.isCompletedExceptionally()) {
                    assertThat(caller.join()).as("its own answer, seed %d", seed).isEqualTo(operation);
                    acknowledged.add(operation);
                } else if (caller.isDone() && isDefiniteRefusal(caller.exceptionNow())) {
                    assertThat(stored).as("refused, seed %d", seed).doesNotContain(operation);
                } else {
                    unknown++;
                }
            });
            callers.clear();
        }

        static boolean isDefiniteRefusal(Throwable cause) {
            return cause instanceof OverloadedException || cause instanceof IllegalArgumentException;
        }

        void assertInvariant() {
            assertThat(stored).as("nothing twice, seed %d", seed).doesNotHaveDuplicates();
            assertThat(new HashSet<>(stored)).as("everything acknowledged, seed %d", seed).containsAll(acknowledged);
            assertThat(stored.size() - acknowledged.size()).as("the rest was in flight, seed %d", seed)
                    .isBetween(0, unknown);
            assertThat(stored).as("nothing poisoned, seed %d", seed).noneMatch(poisoned::contains);
        }

        private final class SimulatedParking implements Parking {

            @Override
            public void idle(long nanos, BooleanSupplier nothingToDo) {
                if (nothingToDo.getAsBoolean()) {
                    awake = false;
                    sleepsUntil = nanos == Long.MAX_VALUE ? nanos : now + nanos;
                }
            }

            @Override
            public void pause(long nanos) {
                assertThat(endingRound).as("an event loop never sleeps, seed %d", seed).isFalse();
                now += 1 + random.nextLong(nanos);
                expire();
            }

            @Override
            public void wake() {
                awake = true;
            }

            @Override
            public void rouse() {
                awake = true;
            }
        }
    }
}
