package io.tallygate.kernel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * The writer's role between event loops and the writer thread, in every interleaving looked at: nobody is forgotten, and the
 * role is held by one at a time. Operations answer nothing; what counts is what holds when all of them are over.
 */
@Param(name = "value", gen = IntGen.class, conf = "1:4")
public class GroupCommitLincheckTest {

    /** Is answered later. */
    private static final int LATER = 3;
    /** Its commit takes so long that no event loop commits after it. */
    private static final int STALLS = 4;
    private static final CommitSettings SETTINGS = new CommitSettings(1_000, 2, Duration.ofHours(1), Duration.ZERO, 1);

    private final Map<Thread, ArrayDeque<Runnable>> rounds = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<CompletableFuture<Integer>> callers = new ConcurrentLinkedQueue<>();
    private final GroupCommit<Integer, Integer> commit = new GroupCommit<>(this::apply, SETTINGS, CommitMetrics.NONE,
            WriteWatch.unwatched(this::now), this::now, new Asleep(), new CommitPlace(new InlineCommits(() -> {
                ArrayDeque<Runnable> round = rounds.get(Thread.currentThread());
                return round == null ? null : round::add;
            }, Duration.ofMillis(1))));

    private final ConcurrentLinkedQueue<Runnable> arrivals = new ConcurrentLinkedQueue<>();
    private volatile boolean asleep;
    private final AtomicLong nanos = new AtomicLong();
    private volatile int flushing;

    private long now() {
        return nanos.get();
    }

    private CompletionStage<List<Integer>> apply(long sequence, List<Integer> operations) {
        int before = flushing;
        if (before != 0) {
            throw new IllegalStateException("two flush at once");
        }
        flushing = 1;
        if (operations.contains(STALLS)) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        var answer = new CompletableFuture<List<Integer>>();
        Runnable arrival = () -> {
            flushing = 0;
            answer.complete(operations);
        };
        if (operations.contains(LATER)) {
            arrivals.add(arrival);
        } else {
            arrival.run();
        }
        return answer;
    }

    /** An answer comes, on a thread of its own. */
    @Operation
    public void arrive() {
        Runnable arrival = arrivals.poll();
        if (arrival != null) {
            arrival.run();
        }
    }

    @Operation
    public void submit(int value) {
        callers.add(commit.submit(value, 1, 0, false));
    }

    /** On an event loop, whose round ends then. */
    @Operation
    public void submitTwo(@Param(name = "value") int first, @Param(name = "value") int second) {
        var round = new ArrayDeque<Runnable>();
        rounds.put(Thread.currentThread(), round);
        submit(first);
        submit(second);
        rounds.remove(Thread.currentThread());
        round.forEach(Runnable::run);
    }

    @Operation(nonParallelGroup = "writer")
    public void step() {
        if (!asleep) {
            commit.step();
        }
    }

    /** When nothing more comes, and the writer thread does what it does until it sleeps for good. */
    @Validate
    public void everyCallerHasItsAnswer() {
        while (!asleep || !arrivals.isEmpty()) {
            if (asleep) {
                arrive();
            } else {
                commit.step();
            }
        }
        for (CompletableFuture<Integer> caller : List.copyOf(new ArrayList<>(callers))) {
            if (!caller.isDone() || caller.isCompletedExceptionally()) {
                throw new IllegalStateException("a caller has no answer: " + caller);
            }
        }
    }

    /** As {@link ThreadParking}, for a thread that is only called when it does not sleep. */
    private final class Asleep implements Parking {

        @Override
        public void idle(long forNanos, BooleanSupplier nothingToDo) {
            asleep = true;
            if (!nothingToDo.getAsBoolean()) {
                asleep = false;
            }
        }

        @Override
        public void pause(long forNanos) {}

        @Override
        public void wake() {
            if (asleep) {
                asleep = false;
            }
        }

        @Override
        public void rouse() {
            asleep = false;
        }
    }

    @Test
    void role_everyInterleavingExplored_forgetsNobody() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(0)
                .iterations(10)
                .invocationsPerIteration(200)
                .check(getClass());
    }

    @Test
    void role_underStress_forgetsNobody() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(10)
                .invocationsPerIteration(1_000)
                .check(getClass());
    }
}
