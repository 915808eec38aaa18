package io.tallygate.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tallygate.kernel.StageFailures;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Values that are read again when it is too long ago that they were asked for. Thread-safe; a failure is not kept. Whoever
 * waits for the same value is told in the order in which they asked, so that the items of a batch keep theirs.
 *
 * @param <V> a value
 */
final class Fresh<V> {

    private final Cache<String, Asked<V>> cache;
    private final Function<String, CompletionStage<V>> source;
    private final long maxAgeNanos;
    private final LongSupplier ticker;

    /** A question and when it was asked: from before that its answer may be. */
    private static final class Asked<V> {

        private final long nanos;
        private final CompletableFuture<V> answer = new CompletableFuture<>();
        /** Guarded by this, as is the next. What depends on one future is told last first, so each has its own. */
        private final ArrayDeque<CompletableFuture<V>> waiting = new ArrayDeque<>();
        private boolean told;

        Asked(long nanos) {
            this.nanos = nanos;
        }

        synchronized CompletableFuture<V> answer() {
            if (told) {
                return answer;
            }
            var own = new CompletableFuture<V>();
            waiting.add(own);
            return own;
        }

        /** @param complete completes a future with the answer, or with the failure */
        void tell(Consumer<CompletableFuture<V>> complete) {
            complete.accept(answer);
            for (CompletableFuture<V> next = next(); next != null; next = next()) {
                complete.accept(next);
            }
        }

        /** Who asks while others are told is told after them. */
        private synchronized @Nullable CompletableFuture<V> next() {
            CompletableFuture<V> next = waiting.poll();
            told = next == null;
            return next;
        }
    }

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
            return known.answer();
        }
        var asked = new Asked<V>(now);
        CompletableFuture<V> answer = asked.answer();
        cache.put(name, asked);
        ask(name, asked);
        return answer;
    }

    private void ask(String name, Asked<V> asked) {
        CompletionStage<V> read;
        try {
            read = source.apply(name);
        } catch (RuntimeException e) {
            read = CompletableFuture.failedFuture(e);
        }
        var _ = read.whenComplete((value, failure) -> {
            if (failure != null) {
                cache.asMap().remove(name, asked);
                asked.tell(answered -> answered.completeExceptionally(StageFailures.cause(failure)));
            } else {
                asked.tell(answered -> answered.complete(value));
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
