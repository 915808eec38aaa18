package io.tallygate.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.StageFailures;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Processes with a cache each, in virtual time. */
final class Nodes {

    final VirtualTime time = new VirtualTime();
    final Source source = new Source(time);
    final Random random;
    Duration delay = Duration.ofMillis(1);
    final SimulatedShared shared = new SimulatedShared(time, () -> delay);
    Effort effort = Effort.FULL;
    /** Done once, when a cache asks for the time so often: between two steps of it. */
    @Nullable
    Runnable between;
    int questionsBefore;
    private final AtomicLong leases = new AtomicLong();

    Nodes(long seed) {
        random = new Random(seed);
    }

    CacheSpec<String> spec(CachePolicy policy) {
        return CacheSpec.<String>named("texts").loadedBy(source).sharedAs(new Texts("text.1")).with(policy);
    }

    LevelledCache<String> alone(CachePolicy policy) {
        return open(policy, null);
    }

    LevelledCache<String> open(CachePolicy policy, SimulatedShared.@Nullable Node node) {
        return open(spec(policy), node);
    }

    LevelledCache<String> open(CacheSpec<String> spec, SimulatedShared.@Nullable Node node) {
        return new LevelledCache<>(spec, new CacheParts(time, this::nanos, time, () -> random,
                () -> "lease-" + leases.incrementAndGet(), () -> effort), node);
    }

    private long nanos() {
        Runnable due = between;
        if (due != null && questionsBefore-- == 0) {
            between = null;
            due.run();
        }
        return time.nanos();
    }

    void pass(Duration by) {
        time.pass(by);
    }

    /** The answer, which must be there. */
    static <T> T now(CompletionStage<T> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    /** The answer once it is there, within a minute. */
    <T> T soon(CompletionStage<T> stage) {
        for (int i = 0; i < 60_000 && !stage.toCompletableFuture().isDone(); i++) {
            pass(Duration.ofMillis(1));
        }
        return now(stage);
    }

    String value(LevelledCache<String> cache, String key) {
        return soon(cache.get(key)).value().orElse("-");
    }

    /** Why it failed, once it has. */
    Throwable failure(CompletionStage<?> stage) {
        Throwable failure = soon(stage.handle((_, thrown) -> thrown));
        assertThat(failure).isNotNull();
        return StageFailures.cause(failure);
    }
}
