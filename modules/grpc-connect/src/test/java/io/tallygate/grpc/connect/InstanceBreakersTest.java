package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class InstanceBreakersTest {

    private static final Duration OPEN_FOR = Duration.ofHours(1);

    /** By the wall clock, one that is set back an hour would keep an instance out for an hour. */
    @Test
    void of_openBreaker_triesAgainByTheTicker() {
        var nanos = new AtomicLong(Long.MAX_VALUE - 1);
        var breakers = new InstanceBreakers(CircuitBreakerConfig.custom().slidingWindowSize(2).minimumNumberOfCalls(2)
                .waitDurationInOpenState(OPEN_FOR).permittedNumberOfCallsInHalfOpenState(1).build(), nanos::get);
        InstanceGuard guard = breakers.guard(new Instance("127.0.0.1", 1, 1));
        CircuitBreaker breaker = guard.breaker();
        for (int i = 0; i < 2; i++) {
            assertThat(breaker.tryAcquirePermission()).isTrue();
            guard.ended(guard.now(), Status.UNAVAILABLE, CallOptions.DEFAULT);
        }
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
        nanos.addAndGet(OPEN_FOR.toNanos());
        assertThat(breaker.tryAcquirePermission()).isFalse();
        nanos.incrementAndGet();
        assertThat(breaker.tryAcquirePermission()).isTrue();
    }

    @Test
    void guard_ofCallsThatAreUnjudged_learnsOfAnswersAlone() {
        var nanos = new AtomicLong();
        var breakers = new InstanceBreakers(CircuitBreakerConfig.custom().slidingWindowSize(2).minimumNumberOfCalls(2)
                .waitDurationInOpenState(OPEN_FOR).permittedNumberOfCallsInHalfOpenState(1).build(), nanos::get);
        assertThat(breakers.guard(new Instance("127.0.0.1", 2, 1)).takesCalls()).as("another one").isTrue();
        InstanceGuard guard = breakers.guard(new Instance("127.0.0.1", 1, 1));
        CallOptions unjudged = CallOptions.DEFAULT.withOption(Unjudged.KEY, true)
                .withDeadline(Deadline.after(-1, TimeUnit.SECONDS));
        for (int i = 0; i < 5; i++) {
            for (Status failure : List.of(Status.UNAVAILABLE, Status.DEADLINE_EXCEEDED, Status.CANCELLED)) {
                assertThat(guard.tryAcquire()).isTrue();
                guard.ended(guard.now(), failure, unjudged);
            }
        }
        assertThat(guard.breaker().getState()).isEqualTo(CircuitBreaker.State.CLOSED);

        guard.open();
        nanos.addAndGet(OPEN_FOR.toNanos() + 1);
        assertThat(guard.tryAcquire()).isTrue();
        guard.ended(guard.now(), Status.UNAVAILABLE, unjudged);
        assertThat(guard.tryAcquire()).as("another try").isTrue();
        guard.ended(guard.now(), Status.OK, unjudged);
        assertThat(guard.breaker().getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }
}
