package io.tallygate.degradation;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What a call costs that is guarded, of a feature that is normal, beside the bare call. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GuardedCallBenchmark {

    private static final String FEATURE = "reads";
    private static final String ANSWER = "answer";

    private final DegradationService service = new DegradationService(
            List.of(new Feature(FEATURE, Need.useful(Need.STORE)), new Feature("boards"), new Feature("checks")),
            List.of(), LadderRules.DEFAULT, new Overrides(), "benchmark", InstantSource.system(), System::nanoTime,
            Runnable::run, false);
    private final CompletableFuture<String> done = CompletableFuture.completedFuture(ANSWER);
    private final LastKnown<String, String> known = new LastKnown<>(1 << 15, Object::equals);

    private String normal() {
        return ANSWER;
    }

    private CompletionStage<String> normalLater() {
        return done;
    }

    @Benchmark
    public String bare() {
        return normal();
    }

    @Benchmark
    public String guarded() {
        return service.run(FEATURE, this::normal, () -> "degraded", () -> "minimal");
    }

    @Benchmark
    @Threads(2)
    public String guardedByTwo() {
        return service.run(FEATURE, this::normal, () -> "degraded", () -> "minimal");
    }

    @Benchmark
    public CompletionStage<String> bareLater() {
        return normalLater();
    }

    @Benchmark
    public CompletionStage<String> guardedLater() {
        return service.runAsync(FEATURE, this::normalLater, () -> done, null);
    }

    @Benchmark
    public Level level() {
        return service.level(FEATURE);
    }

    @Benchmark
    public String noted() {
        known.note(FEATURE, ANSWER);
        return FEATURE;
    }
}
