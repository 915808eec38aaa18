package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A batch of increments folded into a flush, and the store's answer taken apart for each caller. */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class FoldingBenchmark {

    private static final long SEED = 1;
    private static final Outcomes NONE = Outcomes.applied();
    private static final Book BOOK = new Book("counter");
    private static final FlushId ID = new FlushId("benchmark", 1);

    /** Increments in the flush, each a caller of its own. */
    @Param({"100", "1000"})
    public int increments;

    /** Counters that they are drawn from, evenly. */
    @Param({"10", "100000"})
    public int counters;

    private List<Posting> operations = List.of();

    @Setup(Level.Trial)
    public void draw() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Posting> drawn = new ArrayList<>(increments);
        for (int i = 0; i < increments; i++) {
            RowKey row = new RowKey(BOOK, "likes", "resource-" + random.nextInt(counters), 0);
            drawn.add(new Posting(List.of(new Change.Add(row, 1))));
        }
        operations = drawn;
    }

    @Benchmark
    public List<PostingResult> foldAndAnswer() {
        FlushPlan plan = new FlushPlan(ID, Instant.EPOCH, operations);
        Outcomes outcomes = Outcomes.applied(new long[plan.flush().size()]);
        return plan.answers(new FlushResult(List.of(new PostingResult.Committed(outcomes))), NONE);
    }
}
