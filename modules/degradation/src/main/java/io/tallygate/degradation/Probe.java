package io.tallygate.degradation;

import io.tallygate.kernel.Reasons;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one dependency every so often, on a thread of its own, and gives up on an answer after a while without waiting for it.
 * Thread-safe. One that hangs is not asked again before it has come back, and fails once an interval until then.
 */
final class Probe {

    private static final Logger LOG = LoggerFactory.getLogger(Degradation.class);
    private static final int REASON_MAX = 200;

    private final String name;
    private final boolean critical;
    private final Runnable ping;
    private final Duration interval;
    private final Duration timeout;
    private ProbeState state = ProbeState.UNKNOWN;
    private boolean hasAsked;
    private boolean isAsking;
    /** Whether the question under way has failed already. */
    private boolean isLate;
    private long askedAt;
    private long lateAt;
    private long latencyNanos;
    private @Nullable String failure;

    /**
     * A probe that has not asked yet.
     *
     * @param critical whether requests of low priority are not worth taking while it is bad
     * @param ping     as {@link io.tallygate.kernel.Dependency#ping}
     */
    Probe(String name, boolean critical, Runnable ping, Duration interval, Duration timeout) {
        this.name = name;
        this.critical = critical;
        this.ping = ping;
        this.interval = interval;
        this.timeout = timeout;
    }

    String name() {
        return name;
    }

    boolean isCritical() {
        return critical;
    }

    synchronized ProbeState state() {
        return state;
    }

    /** How it stands, for people. */
    synchronized ProbeStatus status() {
        return new ProbeStatus(name, critical, !state.bad(), state.isFailing(), failure,
                hasAsked ? Duration.ofNanos(latencyNanos) : null);
    }

    /**
     * Asks when it is time to, and notes when an answer is late; never waits.
     *
     * @param threads  runs what blocks; may refuse when the process stops
     * @param ticker   {@code now} is of
     * @param answered called on such a thread when there is a result
     */
    void look(long now, Executor threads, LongSupplier ticker, Runnable answered) {
        if (begins(now)) {
            try {
                threads.execute(() -> ask(ticker, answered));
            } catch (RejectedExecutionException e) {
                // The process is stopping.
            }
        }
    }

    private synchronized boolean begins(long now) {
        if (isAsking) {
            if (now - lateAt >= 0) {
                lateAt = now + interval.toNanos();
                isLate = true;
                failed("no answer within " + timeout.toMillis() + " ms");
            }
            return false;
        }
        if (hasAsked && now - askedAt < interval.toNanos()) {
            return false;
        }
        hasAsked = true;
        isAsking = true;
        isLate = false;
        askedAt = now;
        lateAt = now + timeout.toNanos();
        return true;
    }

    private void ask(LongSupplier ticker, Runnable answered) {
        @Nullable
        String problem = null;
        try {
            ping.run();
        } catch (RuntimeException | Error e) {
            // Whatever it is: one that did not come back would never be asked again.
            problem = Reasons.of(e).strip().replaceAll("\\s+", " ");
        }
        cameBack(problem, ticker.getAsLong());
        answered.run();
    }

    private synchronized void cameBack(@Nullable String problem, long now) {
        isAsking = false;
        latencyNanos = Math.max(0, now - askedAt);
        if (isLate) {
            return;
        }
        if (problem != null) {
            failed(problem);
        } else if (latencyNanos > timeout.toNanos()) {
            failed("no answer within " + timeout.toMillis() + " ms");
        } else {
            boolean wasBad = state.bad();
            state = state.answered();
            failure = null;
            if (wasBad && !state.bad()) {
                LOG.info("{} answers again", name);
            }
        }
    }

    private void failed(String problem) {
        boolean wasBad = state.bad();
        state = state.failed();
        if (!wasBad && state.bad()) {
            LOG.warn("{} is bad: {}", name, problem);
        }
        failure = problem.length() > REASON_MAX ? problem.substring(0, REASON_MAX) + "…" : problem;
    }
}
