package io.tallygate.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tallygate.kernel.StageFailures;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Values that are read again when it is too long ago that they were asked for. Thread-safe; a failure is not kept.
 *
 * @param <V> a value
 */
final class Fresh<V> {

    private final Cache<String, Asked<V>> cache;
    private final Function<String, CompletionStage<V>> source;
    private final long maxAgeNanos;
    private final LongSupplier ticker;

    /** A question and when it was asked: from before that its answer may be. */
    private record Asked<V>(long nanos, CompletableFuture<V> answer) {}

    /**
     * Nothing is known yet.
     *
     * @param entriesMax the most values that are kept
     * @param maxAge     how old an answer may be
     * @param ticker     nanoseconds that only rise
     */
    Fresh(int entriesMax, Duration maxAge, LongSupplier ticker, Function<String, CompletionStage<V>> source) {
        this.cache = Caffeine.newBuilder().maximumSize(entriesMax).expireAfterWrite(maxAge).ticker(ticker::getAsLong)
                .executor(Runnable::run).build();
        this.maxAgeNanos = maxAge.toNanos();
        this.ticker = ticker;
        this.source = source;
    }

    CompletableFuture<V> get(String name) {
        Asked<V> known = cache.getIfPresent(name);
        long now = ticker.getAsLong();
        if (known != null && now - known.nanos < maxAgeNanos) {
            return known.answer;
        }
        var asked = new Asked<>(now, new CompletableFuture<V>());
        cache.put(name, asked);
        ask(name, asked);
        return asked.answer;
    }

    private void ask(String name, Asked<V> asked) {
        CompletionStage<V> answer;
        try {
            answer = source.apply(name);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var _ = answer.whenComplete((value, failure) -> {
            if (failure != null) {
                cache.asMap().remove(name, asked);
                asked.answer.completeExceptionally(StageFailures.cause(failure));
            } else {
                asked.answer.complete(value);
            }
        });
    }

    /** What is asked from now on is read again. */
    void forget(String name) {
        cache.invalidate(name);
    }

    /** As {@link #forget}, all of it. */
    void forgetAll() {
        cache.invalidateAll();
    }
}
