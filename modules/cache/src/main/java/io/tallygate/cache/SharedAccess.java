package io.tallygate.cache;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** L2 behind a time-out and a breaker: while it is away nobody waits for it. Thread-safe. */
final class SharedAccess {

    /** After that a call counts as failed. What it does all the same does no harm: that is what leases are for. */
    static final Duration TIMEOUT = Duration.ofMillis(500);
    /** How long a level that keeps failing is left alone. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int CALLS = 10;
    private static final int FAILED_PERCENT = 50;
    private static final int PROBES = 2;

    private final SharedLevel level;
    private final CircuitBreaker breaker;
    private final Timers timers;
    private final LongSupplier ticker;

    SharedAccess(String cache, SharedLevel level, Timers timers, LongSupplier ticker) {
        this.level = level;
        this.timers = timers;
        this.ticker = ticker;
        this.breaker = CircuitBreaker.of("cache " + cache, CircuitBreakerConfig.custom()
                .slidingWindowSize(CALLS).minimumNumberOfCalls(CALLS).failureRateThreshold(FAILED_PERCENT)
                .permittedNumberOfCallsInHalfOpenState(PROBES).waitDurationInOpenState(PAUSE)
                .clock(new Ticks(ticker)).build());
    }

    /** Its answer, or a failure after {@link #TIMEOUT} at the latest. */
    <T> CompletionStage<T> ask(Function<SharedLevel, CompletionStage<T>> call) {
        if (!breaker.tryAcquirePermission()) {
            return CompletableFuture.failedFuture(new StoreUnavailableException("L2 is left alone, because it failed",
                    new TimeoutException()));
        }
        long began = ticker.getAsLong();
        return timed(call).whenComplete((_, failure) -> {
            if (failure == null) {
                breaker.onSuccess(ticker.getAsLong() - began, TimeUnit.NANOSECONDS);
            } else {
                breaker.onError(ticker.getAsLong() - began, TimeUnit.NANOSECONDS, failure);
            }
        });
    }

    /** The same for the end of what another call began: others wait for it, so that it is tried in any case. */
    <T> CompletionStage<T> finish(Function<SharedLevel, CompletionStage<T>> call) {
        return timed(call);
    }

    private <T> CompletableFuture<T> timed(Function<SharedLevel, CompletionStage<T>> call) {
        var answer = new CompletableFuture<T>();
        Timers.Timer late = timers.after(TIMEOUT, () -> answer.completeExceptionally(
                new StoreUnavailableException("L2 did not answer within " + TIMEOUT.toMillis() + " ms",
                        new TimeoutException())));
        var _ = call.apply(level).whenComplete((value, failure) -> {
            late.cancel();
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    void close() {
        level.close();
    }

    /** A clock that measures how time passes, and does not know what time it is. */
    private static final class Ticks extends Clock {

        private final LongSupplier ticker;
        private final long origin;

        Ticks(LongSupplier ticker) {
            this.ticker = ticker;
            this.origin = ticker.getAsLong();
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(ticker.getAsLong() - origin);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("it has no dates");
        }
    }
}
