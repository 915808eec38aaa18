package io.tallygate.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** From a caller to the writer thread and back, with a store that takes no time: what group commit itself costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class HandOffBenchmark {

    private static final int TOGETHER = 100;

    private final CommitWriter<Integer, Integer> writer = new CommitWriter<>("benchmark",
            FlushTarget.of((_, operations) -> operations), CommitSettings.DEFAULT, CommitMetrics.NONE,
            Duration.ofSeconds(5), System::nanoTime);

    @TearDown(Level.Trial)
    public void close() {
        writer.close();
    }

    /** Nobody else waits: the writer is woken for this one. */
    @Benchmark
    public Integer alone() {
        return writer.submit(1, 1).join();
    }

    /** A hundred callers wait at once; the time is of one of them. */
    @Benchmark
    @OperationsPerInvocation(TOGETHER)
    public int together() {
        List<CompletableFuture<Integer>> submitted = new ArrayList<>(TOGETHER);
        for (int i = 0; i < TOGETHER; i++) {
            submitted.add(writer.submit(i, 1));
        }
        int sum = 0;
        for (CompletableFuture<Integer> future : submitted) {
            sum += future.join();
        }
        return sum;
    }
}
