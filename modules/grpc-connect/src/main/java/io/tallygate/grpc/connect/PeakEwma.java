package io.tallygate.grpc.connect;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One instance's load, as the "peak EWMA" balancers of Twitter's Finagle and of Linkerd see it: its average latency, times
 * the calls that it has not answered plus one. Thread-safe.
 *
 * <p>The average is an exponentially weighted moving one that jumps to each higher latency at once and forgets it with a
 * time constant of {@value #DECAY_SECONDS} s: after that time without another observation, 37 % are left. So an instance
 * that turns slow is avoided from the first slow answer, or earlier, by the calls that pile up there, and one that was
 * slow is tried again when the memory of it has faded. A call that fails raises the average when it took longer, and
 * never lowers it: to refuse quickly is no sign of speed.
 *
 * <p>An instance of which nothing is known yet has no load, so it gets a call at once, and no second one before the
 * first has shown how long it takes, unless all others are in the same position.
 *
 * @see <a href="https://linkerd.io/2016/03/16/beyond-round-robin-load-balancing-for-latency/">Beyond round robin: load
 *      balancing for latency</a>
 */
final class PeakEwma {

    static final long DECAY_SECONDS = 10;
    private static final double DECAY_NANOS = Duration.ofSeconds(DECAY_SECONDS).toNanos();
    /** More than any load, and small enough for one to be added to it. */
    private static final double UNKNOWN = TimeUnit.DAYS.toNanos(1);

    private final LongSupplier ticker;
    // All guarded by this.
    private double averageNanos;
    private long averagedAt;
    private int unanswered;

    /** @param ticker nanoseconds that only rise */
    PeakEwma(LongSupplier ticker) {
        this.ticker = ticker;
        this.averagedAt = ticker.getAsLong();
    }

    /** A call is sent; returns its time, for {@link #ended}. */
    synchronized long begun() {
        unanswered++;
        return ticker.getAsLong();
    }

    /**
     * A call has ended.
     *
     * @param start    what {@link #begun} returned
     * @param answered whether the instance did what it was asked for
     */
    synchronized void ended(long start, boolean answered) {
        unanswered--;
        long now = ticker.getAsLong();
        double took = now - start;
        double left = left(now);
        double faded = averageNanos * left;
        if (took > faded || answered) {
            averageNanos = Math.max(took, faded + took * (1 - left));
            averagedAt = now;
        }
    }

    /** Nanoseconds times calls; only good for comparing. */
    synchronized double load() {
        double faded = averageNanos * left(ticker.getAsLong());
        return faded == 0 && unanswered > 0 ? UNKNOWN + unanswered : faded * (unanswered + 1);
    }

    /** How much of the average is left by now. */
    private double left(long now) {
        return Math.exp(-Math.max(0, now - averagedAt) / DECAY_NANOS);
    }
}
