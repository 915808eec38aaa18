package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Folding against applying one operation after the other. */
class FlushPlanTest {

    private static final CounterKey A = new CounterKey("a", "likes");
    private static final CounterKey B = new CounterKey("b", "likes");
    private static final FlushId ID = new FlushId("w", 2);
    private static final FlushId SECOND = new FlushId("w", 3);

    private static Write write(CounterKey counter, long... deltas) {
        var increments = new ArrayList<Increment>();
        for (long delta : deltas) {
            increments.add(new Increment(counter, delta));
        }
        return new Write(increments, null);
    }

    private static FlushPlan plan(Operation... operations) {
        return new FlushPlan(ID, Instant.EPOCH, List.of(operations));
    }

    @Test
    void plan_manyIncrementsOfOneCounter_isOneChange() {
        var plan = plan(write(A, 1, 2), write(B, 7), write(A, -1));

        assertThat(plan.flush().changes()).containsExactly(Change.Add.folded(A, 2), Change.Add.single(B, 7));
    }

    @Test
    void answers_ofAFoldedChange_areEachIncrementsOwn() {
        var plan = plan(write(A, 1, 2), write(B, 7), write(A, -1));

        var answers = plan.answers(new FlushResult(Outcomes.applied(12, 107), List.of()), Outcomes.applied());

        assertThat(answers).containsExactly(
                new WriteResult.Committed(Outcomes.applied(11, 13)),
                new WriteResult.Committed(Outcomes.applied(107)),
                new WriteResult.Committed(Outcomes.applied(12)));
    }

    @Test
    void plan_resetBetweenIncrements_isNotFolded() {
        var plan = plan(write(A, 1), new Operation.Reset(A), write(A, 2), write(A, 3));

        assertThat(plan.flush().changes()).containsExactly(
                Change.Add.single(A, 1), new Change.Reset(A), Change.Add.single(A, 2), Change.Add.single(A, 3));
    }

    @Test
    void plan_largeDeltaAmongIncrements_isNotFolded() {
        var plan = plan(write(A, 1L << 50, 1, 2, -(1L << 50)));

        assertThat(plan.flush().changes()).containsExactly(
                Change.Add.single(A, 1L << 50), Change.Add.single(A, 1), Change.Add.single(A, 2),
                Change.Add.single(A, -(1L << 50)));
    }

    @Test
    void unfolded_refusedFold_isItsIncrementsOneByOne() {
        var plan = plan(write(B, 5), write(A, 4, 3), write(B, 6));
        var refused = Outcomes.of(new long[]{0, 0}, new boolean[]{true, true});

        Flush second = plan.unfolded(new FlushResult(refused, List.of()), SECOND);

        assertThat(second).isNotNull();
        assertThat(second.changes()).containsExactly(Change.Add.single(A, 4), Change.Add.single(A, 3),
                Change.Add.single(B, 5), Change.Add.single(B, 6));
        var answered = Outcomes.of(new long[]{4, 0, 9, 15}, new boolean[]{false, true, false, false});
        assertThat(plan.answers(new FlushResult(refused, List.of()), answered)).containsExactly(
                new WriteResult.Committed(Outcomes.applied(9)),
                new WriteResult.Committed(Outcomes.of(new long[]{4, 0}, new boolean[]{false, true})),
                new WriteResult.Committed(Outcomes.applied(15)));
    }

    @Test
    void plan_randomBatches_answerAsIfOneAfterTheOther() {
        for (long seed = 1; seed <= 5_000; seed++) {
            var random = new SplittableRandom(seed);
            var data = new OracleStore.Data();
            var store = new OracleStore(data);
            var model = new HashMap<CounterKey, Long>();
            long[] starts = {0, Long.MAX_VALUE - 3, Long.MIN_VALUE + 3, (1L << 62) - 2, -(1L << 62) + 2};
            for (CounterKey counter : List.of(A, B)) {
                long start = starts[random.nextInt(starts.length)];
                model.put(counter, start);
                store.apply(new Flush(new FlushId("setup" + counter, 1), Instant.EPOCH,
                        List.of(new Change.Add(counter, start, Long.MIN_VALUE, Long.MAX_VALUE)), List.of()));
            }
            List<Operation> operations = randomOperations(random);
            var plan = new FlushPlan(ID, Instant.EPOCH, operations);
            FlushResult result = store.apply(plan.flush());
            Flush second = plan.unfolded(result, SECOND);
            Outcomes unfolded = second == null ? Outcomes.applied() : store.apply(second).changes();

            assertThat(plan.answers(result, unfolded)).as("seed %d: %s", seed, operations)
                    .isEqualTo(oneAfterTheOther(model, operations));
            assertThat(store.read(List.of(A, B))).as("seed %d", seed)
                    .containsExactly(model.getOrDefault(A, 0L), model.getOrDefault(B, 0L));
        }
    }

    private static List<Operation> randomOperations(SplittableRandom random) {
        long[] magnitudes = {1, 2, 3, 1L << 40, (1L << 40) + 1, 1L << 53};
        var operations = new ArrayList<Operation>();
        IntStream.range(0, 1 + random.nextInt(8)).forEach(i -> {
            CounterKey counter = random.nextBoolean() ? A : B;
            if (random.nextInt(12) == 0) {
                operations.add(new Operation.Reset(counter));
                return;
            }
            var deltas = new long[1 + random.nextInt(3)];
            for (int d = 0; d < deltas.length; d++) {
                long magnitude = magnitudes[random.nextInt(random.nextBoolean() ? 3 : magnitudes.length)];
                deltas[d] = random.nextBoolean() ? magnitude : -magnitude;
            }
            operations.add(write(counter, deltas));
        });
        return operations;
    }

    private static List<WriteResult> oneAfterTheOther(Map<CounterKey, Long> model, List<Operation> operations) {
        var results = new ArrayList<WriteResult>();
        for (Operation operation : operations) {
            switch (operation) {
                case Operation.Reset(var counter) -> {
                    model.put(counter, 0L);
                    results.add(new WriteResult.Committed(Outcomes.applied(0)));
                }
                case Write(var increments, var _) -> results.add(applied(model, increments));
                case Operation.Frame(var increments) -> results.add(applied(model, increments));
            }
        }
        return results;
    }

    private static WriteResult applied(Map<CounterKey, Long> model, List<Increment> increments) {
        var values = new long[increments.size()];
        var refused = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            CounterKey counter = increments.get(i).counter();
            long before = model.getOrDefault(counter, 0L);
            long after = before + increments.get(i).delta();
            refused[i] = ((before ^ after) & (increments.get(i).delta() ^ after)) < 0;
            values[i] = refused[i] ? 0 : after;
            model.put(counter, refused[i] ? before : after);
        }
        return new WriteResult.Committed(Outcomes.of(values, refused));
    }
}
