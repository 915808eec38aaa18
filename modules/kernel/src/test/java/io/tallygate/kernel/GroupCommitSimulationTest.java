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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * Group commit in a simulated world: one thread, a clock that moves only when the world says so, callers that submit while
 * the store works, a store that fails, delays, loses its answer, or is cut off with the process. A seed is a whole story,
 * and every failure prints it.
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
        for (long seed = 1; seed <= SEEDS; seed++) {
            var world = new World(seed);
            world.live();
            acknowledged += world.acknowledged.size();
            unknown += world.unknown;
            lost += world.repliesLost;
        }
        assertThat(acknowledged).as("the stories are about something").isGreaterThan(10 * SEEDS);
        assertThat(unknown).as("callers gave up").isGreaterThan(SEEDS / 10);
        assertThat(lost).as("replies got lost").isGreaterThan(SEEDS / 10);
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

        GroupCommit<Integer, Integer> commit;
        long now;
        int nextOperation;
        int unknown;
        int repliesLost;
        boolean calm;

        World(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.commit = restarted();
        }

        GroupCommit<Integer, Integer> restarted() {
            answersBySequence.clear();
            return new GroupCommit<>(this::apply, SETTINGS, CommitMetrics.NONE, WriteWatch.unwatched(() -> now),
                    () -> now, new SimulatedParking());
        }

        void live() {
            int lives = 1 + random.nextInt(3);
            for (int life = 1; life <= lives; life++) {
                try {
                    for (int i = 0; i < 30; i++) {
                        maybeSubmit();
                        commit.step();
                    }
                    calm = life == lives;
                    commit.close(now + Duration.ofSeconds(10).toNanos());
                    boolean open = true;
                    while (open) {
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

        void maybeSubmit() {
            for (int n = random.nextInt(6); n > 0; n--) {
                int operation = nextOperation++;
                if (random.nextInt(40) == 0) {
                    poisoned.add(operation);
                }
                int bytes = random.nextInt(3) == 0 ? random.nextInt(4 * CommitSettings.PLACE_BYTES) : 0;
                callers.put(operation,
                        commit.submit(operation, 1 + random.nextInt(2), bytes, random.nextInt(4) == 0));
            }
            if (random.nextInt(3) == 0) {
                pass(random.nextInt(30));
            }
        }

        /** The store: numbers its flushes, applies each once, all or nothing. */
        List<Integer> apply(long sequence, List<Integer> operations) {
            pass(random.nextInt(4));
            maybeSubmit();
            if (!calm) {
                switch (random.nextInt(12)) {
                    case 0 -> throw new StoreUnavailableException("refused connection", new IllegalStateException());
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
            commit.expire();
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
                    now += Math.min(nanos, Duration.ofMillis(1 + random.nextInt(10)).toNanos());
                }
            }

            @Override
            public void pause(long nanos) {
                now += 1 + random.nextLong(nanos);
                commit.expire();
            }

            @Override
            public void wake() {}

            @Override
            public void rouse() {}
        }
    }
}
