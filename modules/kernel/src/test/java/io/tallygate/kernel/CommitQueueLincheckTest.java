package io.tallygate.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The queue against its sequential specification: many producers, one consumer, in every interleaving looked at. */
@Param(name = "value", gen = IntGen.class, conf = "1:9")
public class CommitQueueLincheckTest {

    private final CommitQueue<Integer, Integer> queue = new CommitQueue<>();

    @Operation
    public boolean push(int value) {
        return queue.push(new Pending<>(value, 1, false, 0));
    }

    @Operation(nonParallelGroup = "consumer")
    public List<Integer> takeAll() {
        var taken = new ArrayList<Integer>();
        for (@Nullable
        Pending<Integer, Integer> at = queue.takeAll(); at != null; at = at.next) {
            taken.addFirst(at.operation);
        }
        return taken;
    }

    @Operation(nonParallelGroup = "consumer")
    public boolean closeIfEmpty() {
        return queue.closeIfEmpty();
    }

    @Operation
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** What the queue is, to one thread. */
    public static final class Specification {

        private final List<Integer> waiting = new ArrayList<>();
        private boolean closed;

        public boolean push(int value) {
            return !closed && waiting.add(value);
        }

        public List<Integer> takeAll() {
            var taken = List.copyOf(waiting);
            waiting.clear();
            return taken;
        }

        public boolean closeIfEmpty() {
            closed |= waiting.isEmpty();
            return closed;
        }

        public boolean isEmpty() {
            return waiting.isEmpty();
        }
    }

    @Test
    void queue_everyInterleavingExplored_isLinearizable() {
        new ModelCheckingOptions()
                .sequentialSpecification(Specification.class)
                .threads(3)
                .actorsPerThread(3)
                .iterations(15)
                .invocationsPerIteration(1_000)
                .check(getClass());
    }

    @Test
    void queue_underStress_isLinearizable() {
        new StressOptions()
                .sequentialSpecification(Specification.class)
                .threads(3)
                .actorsPerThread(4)
                .iterations(10)
                .invocationsPerIteration(2_000)
                .check(getClass());
    }
}
