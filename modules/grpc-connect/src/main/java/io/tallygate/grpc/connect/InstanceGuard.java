package io.tallygate.grpc.connect;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process knows of one instance, and whether it may be called. Thread-safe.
 *
 * <p>The circuit breaker opens by its share of failed calls, and at the first call that is not answered in time while
 * another instance takes calls: a process that stands still holds up each caller that is sent to it for a whole
 * time-out, so there is no sense in sending it more. An instance without an alternative goes by the share alone.
 *
 * <p>Heartbeats tell whether the process answers at all. While it does not, no call is spent on trying whether its open
 * breaker may close.
 */
final class InstanceGuard {

    /** Of the addresses that a resolver gives, and of the connections to them. */
    static final Attributes.Key<InstanceGuard> KEY = Attributes.Key.create("tallygate-guard");

    private static final Logger LOG = LoggerFactory.getLogger(InstanceGuard.class);

    private final CircuitBreaker breaker;
    private final Consumer<InstanceGuard> late;
    private final PeakEwma load;
    private volatile Pulse pulse = Pulse.ANSWERED;

    /** @param late told when this instance did not answer in time; it may {@link #open} the breaker */
    InstanceGuard(CircuitBreaker breaker, Consumer<InstanceGuard> late, PeakEwma load) {
        this.breaker = breaker;
        this.late = late;
        this.load = load;
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    PeakEwma load() {
        return load;
    }

    Pulse pulse() {
        return pulse;
    }

    /** Whether calls go there without reserve. */
    boolean takesCalls() {
        return pulse == Pulse.ANSWERED && breaker.getState() == CircuitBreaker.State.CLOSED;
    }

    /** Asks for one call's permission; a call that gets it must end in {@link #ended}. */
    boolean tryAcquire() {
        boolean silent = pulse == Pulse.SILENT && breaker.getState() != CircuitBreaker.State.CLOSED;
        return !silent && breaker.tryAcquirePermission();
    }

    /** The time at a call's begin, for {@link #ended}. */
    long now() {
        return breaker.getCurrentTimestamp();
    }

    /**
     * Tells how a call ended that had its permission.
     *
     * @param start   the time at its begin
     * @param options the call's
     */
    void ended(long start, Status status, CallOptions options) {
        if (options.getOption(Unjudged.KEY) && !status.isOk()) {
            breaker.releasePermission();
            return;
        }
        long took = breaker.getCurrentTimestamp() - start;
        Deadline deadline = options.getDeadline();
        boolean expired = deadline != null && deadline.isExpired();
        switch (status.getCode()) {
            case UNAVAILABLE, UNKNOWN, DEADLINE_EXCEEDED -> failed(took, status);
            case CANCELLED -> {
                // The server ends a late call, too, and all it can say is that it is cancelled.
                if (expired) {
                    failed(took, Status.DEADLINE_EXCEEDED);
                } else {
                    breaker.releasePermission();
                }
            }
            default -> breaker.onSuccess(took, TimeUnit.NANOSECONDS);
        }
        if (expired && !status.isOk()) {
            late.accept(this);
        }
    }

    private void failed(long took, Status status) {
        breaker.onError(took, TimeUnit.NANOSECONDS, status.asRuntimeException());
    }

    /** Opens the breaker unless it has left the closed state already. */
    void open() {
        if (breaker.getState() == CircuitBreaker.State.CLOSED) {
            breaker.transitionToOpenState();
        }
    }

    /** Tells what a heartbeat showed. */
    void beat(Pulse seen) {
        Pulse before = pulse;
        pulse = seen;
        if (seen == Pulse.SILENT) {
            late.accept(this);
        }
        if (seen != before) {
            switch (seen) {
                case ANSWERED -> LOG.info("The instance {} answers again", breaker.getName());
                case SILENT -> LOG.warn("The instance {} does not answer", breaker.getName());
                case UNREACHABLE -> LOG.warn("The instance {} cannot be reached", breaker.getName());
            }
        }
    }
}
