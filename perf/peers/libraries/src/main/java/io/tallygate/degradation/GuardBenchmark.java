package io.tallygate.degradation;

import com.alibaba.csp.sentinel.AsyncEntry;
import com.alibaba.csp.sentinel.Entry;
import com.alibaba.csp.sentinel.SphU;
import com.alibaba.csp.sentinel.Tracer;
import com.alibaba.csp.sentinel.slots.block.BlockException;
import com.alibaba.csp.sentinel.slots.block.RuleConstant;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRule;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRuleManager;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A call of something that is well, bare and guarded: by all of them so that it is no longer called once more than a
 * tenth of at least 20 calls of the last 5 s have failed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class GuardBenchmark {

    private static final String NAME = "reads";
    private static final String ANSWER = "answer";
    private static final String INSTEAD = "instead";
    private static final int WINDOW_SECONDS = 5;
    private static final int CALLS_MIN = 20;
    private static final float FAILED_PERCENT = 10;

    private final CompletableFuture<String> done = CompletableFuture.completedFuture(ANSWER);

    /** What is guarded; the compiler is not told what it answers. */
    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    public String normal() {
        return ANSWER;
    }

    /** The same of what answers later. */
    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    public CompletionStage<String> normalLater() {
        return done;
    }

    @Benchmark
    public String bare() {
        return normal();
    }

    @Benchmark
    public CompletionStage<String> bareLater() {
        return normalLater();
    }

    /** Ours, among three features. */
    @State(Scope.Benchmark)
    public static class Tallygate {

        private final DegradationService service = new DegradationService(
                List.of(new Feature(NAME, Need.useful(Need.STORE)), new Feature("boards"), new Feature("checks")),
                List.of(), LadderRules.DEFAULT, new Overrides(), "benchmark", InstantSource.system(), System::nanoTime,
                Runnable::run, false);
        private final DegradationRounds rounds = new DegradationRounds();

        @Setup
        public void start() {
            rounds.start(service);
        }

        @TearDown
        public void stop() {
            rounds.close();
        }
    }

    @Benchmark
    public String tallygate(Tallygate tallygate) {
        return tallygate.service.run(NAME, this::normal, () -> INSTEAD, null);
    }

    @Benchmark
    public CompletionStage<String> tallygateLater(Tallygate tallygate) {
        return tallygate.service.runAsync(NAME, this::normalLater, () -> done, null);
    }

    /** Sentinel with one rule, whose logs go to a directory that is removed. */
    @State(Scope.Benchmark)
    public static class Sentinel {

        private @Nullable Path logs;

        @Setup
        public void start() throws IOException {
            logs = Files.createTempDirectory("sentinel-");
            System.setProperty("csp.sentinel.log.dir", logs.toString());
            DegradeRuleManager
                    .loadRules(List.of(new DegradeRule(NAME).setGrade(RuleConstant.DEGRADE_GRADE_EXCEPTION_RATIO)
                            .setCount(FAILED_PERCENT / 100).setMinRequestAmount(CALLS_MIN)
                            .setStatIntervalMs(1_000 * WINDOW_SECONDS).setTimeWindow(30)));
        }

        @TearDown
        public void stop() throws IOException {
            if (logs != null) {
                try (Stream<Path> files = Files.list(logs)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(logs);
            }
        }
    }

    @Benchmark
    public String sentinel(Sentinel sentinel) {
        Entry entry = null;
        try {
            entry = SphU.entry(NAME);
            return normal();
        } catch (BlockException _) {
            return INSTEAD;
        } catch (RuntimeException e) {
            Tracer.traceEntry(e, entry);
            return INSTEAD;
        } finally {
            if (entry != null) {
                entry.exit();
            }
        }
    }

    @Benchmark
    public CompletionStage<String> sentinelLater(Sentinel sentinel) {
        try {
            AsyncEntry entry = SphU.asyncEntry(NAME);
            return normalLater().whenComplete((_, failure) -> {
                if (failure != null) {
                    Tracer.traceEntry(failure, entry);
                }
                entry.exit();
            });
        } catch (BlockException _) {
            return done;
        }
    }

    /** Resilience4j's circuit breaker around both calls. */
    @State(Scope.Benchmark)
    public static class Resilience4j {

        @SuppressWarnings("NullAway.Init") // JMH has it made first.
        private Supplier<String> decorated;
        @SuppressWarnings("NullAway.Init")
        private Supplier<CompletionStage<String>> decoratedLater;

        @Setup
        public void start(GuardBenchmark calls) {
            CircuitBreaker breaker = CircuitBreaker.of(NAME,
                    CircuitBreakerConfig.custom().slidingWindowType(SlidingWindowType.TIME_BASED)
                            .slidingWindowSize(WINDOW_SECONDS).minimumNumberOfCalls(CALLS_MIN)
                            .failureRateThreshold(FAILED_PERCENT).waitDurationInOpenState(Duration.ofSeconds(30))
                            .build());
            decorated = CircuitBreaker.decorateSupplier(breaker, calls::normal);
            decoratedLater = CircuitBreaker.decorateCompletionStage(breaker, calls::normalLater);
        }
    }

    @Benchmark
    public String resilience4j(Resilience4j resilience4j) {
        try {
            return resilience4j.decorated.get();
        } catch (RuntimeException _) {
            return INSTEAD;
        }
    }

    @Benchmark
    public CompletionStage<String> resilience4jLater(Resilience4j resilience4j) {
        return resilience4j.decoratedLater.get();
    }
}
