package io.tallygate.ratelimit;

import io.tallygate.kernel.InvalidInputException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one limit, and what a store computes with. Immutable; equal when the numbers and the precision are.
 *
 * <p>Implementation: for {@code token_bucket} a hit adds {@link #weight} to the debt and a tick takes {@link #rate}, with
 * {@code weight : rate = window in ticks : requests} in lowest terms, and the debt may be up to
 * {@link #capacity} = burst × weight, so that no decision divides. For {@code sliding_window} the largest product is
 * requests × window. The tick is the finest with which that stays below {@link Precision#bound}; other algorithms multiply
 * nothing and take the finest that there is.
 */
public final class Limit {

    /** The most requests in a window, and the largest burst: what 32 bits hold. */
    public static final long REQUESTS_MAX = 0xffff_ffffL;
    /** The most requests in a window of {@code sliding_log}. */
    public static final long LOG_REQUESTS_MAX = 10_000;
    /** The longest life of a lease of {@code concurrency}. */
    public static final Duration LEASE_MAX = Duration.ofHours(1);
    /** The longest window. */
    public static final Duration WINDOW_MAX = Duration.ofDays(3_660);
    /** What counts beyond it is not told apart, in every store. */
    public static final long COUNT_MAX = 1L << 53;

    private static final Tick[] TICKS = Tick.values();

    private final Algorithm algorithm;
    private final long requests;
    private final long burst;
    private final Window window;
    private final Precision precision;

    private final Tick tick;
    private final long windowTicks;
    private final long weight;
    private final long rate;
    private final long drainTicksMax;
    private final int hash;
    private volatile @Nullable Periods periods;

    private Limit(Algorithm algorithm, long requests, long burst, Window window, Precision precision, Tick tick) {
        this.algorithm = algorithm;
        this.requests = requests;
        this.burst = burst;
        this.window = window;
        this.precision = precision;
        this.tick = tick;
        this.windowTicks = window instanceof Window.Length length ? tick.of(length.length().toNanos()) : 0;
        long divisor = algorithm == Algorithm.TOKEN_BUCKET ? greatestCommonDivisor(windowTicks, requestsPaid()) : 1;
        this.weight = windowTicks / divisor;
        this.rate = requestsPaid() / divisor;
        this.drainTicksMax = precision.bound() / rate;
        this.hash = Objects.hash(algorithm, requests, burst, window, precision);
    }

    /**
     * A limit of any algorithm; the burst of a {@code token_bucket} is the number of requests.
     *
     * @param requests how many may pass in a window, 0 to {@value #REQUESTS_MAX}; of {@code concurrency}, at once
     * @throws InvalidInputException naming {@code requests_per_unit} or {@code window}, also when the numbers together are
     *                               too large for the precision
     */
    public static Limit of(Algorithm algorithm, long requests, Window window, Precision precision) {
        return of(algorithm, requests, Math.max(1, requests), window, precision);
    }

    /**
     * A limit of {@code token_bucket} with a burst of its own, which is how many may pass at one moment.
     *
     * @param burst 1 to {@value #REQUESTS_MAX}
     * @throws InvalidInputException as {@link #of}, also naming {@code burst}
     */
    public static Limit tokenBucket(long requests, long burst, Window window, Precision precision) {
        return of(Algorithm.TOKEN_BUCKET, requests, burst, window, precision);
    }

    private static Limit of(Algorithm algorithm, long requests, long burst, Window window, Precision precision) {
        require(requests >= 0 && requests <= REQUESTS_MAX, "requests_per_unit", requests,
                "must be 0 to " + REQUESTS_MAX);
        require(burst >= 1 && burst <= REQUESTS_MAX, "burst", burst, "must be 1 to " + REQUESTS_MAX);
        require(algorithm != Algorithm.SLIDING_LOG || requests <= LOG_REQUESTS_MAX, "requests_per_unit", requests,
                "must be at most " + LOG_REQUESTS_MAX + " for sliding_log");
        requireWindow(algorithm, window);
        for (Tick tick : TICKS) {
            if (tick.compareTo(precision.finest()) >= 0) {
                var limit = new Limit(algorithm, requests, burst, window, precision, tick);
                if (limit.fits()) {
                    return limit;
                }
            }
        }
        throw new InvalidInputException("requests_per_unit", String.valueOf(requests),
                "is too many for a window this long: " + algorithm.code() + " cannot count them exactly");
    }

    private static void requireWindow(Algorithm algorithm, Window window) {
        switch (window) {
            case Window.Calendar _ -> require(algorithm == Algorithm.FIXED_WINDOW, "calendar", window.code(),
                    "needs the algorithm fixed_window");
            case Window.Length(Duration length) -> {
                Duration longest = algorithm == Algorithm.CONCURRENCY ? LEASE_MAX : WINDOW_MAX;
                require(length.isPositive() && length.compareTo(longest) <= 0 && length.toNanosPart() % 1_000_000 == 0,
                        "window", length, "must be whole milliseconds, at least one and at most " + longest);
            }
        }
    }

    private static void require(boolean holds, String field, Object value, String rule) {
        if (!holds) {
            throw new InvalidInputException(field, value.toString(), rule);
        }
    }

    private boolean fits() {
        return switch (algorithm) {
            case TOKEN_BUCKET -> Saturating.times(burst, weight) < precision.bound();
            case SLIDING_WINDOW -> Saturating.times(requests, windowTicks) < precision.bound();
            case FIXED_WINDOW, SLIDING_LOG, CONCURRENCY -> true;
        };
    }

    /** What a limit of 0 lets through is only forced, and is paid as if the limit were 1: no state lasts for ever. */
    private long requestsPaid() {
        return Math.max(1, requests);
    }

    private static long greatestCommonDivisor(long a, long b) {
        long greater = a;
        long smaller = b;
        while (smaller != 0) {
            long rest = greater % smaller;
            greater = smaller;
            smaller = rest;
        }
        return greater;
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    /** How many may pass in a window; of {@code concurrency}, at once. */
    public long requests() {
        return requests;
    }

    /** How many may pass at one moment. */
    public long burst() {
        return burst;
    }

    public Window window() {
        return window;
    }

    public Precision precision() {
        return precision;
    }

    /** The unit of all of this limit's times. */
    public Tick tick() {
        return tick;
    }

    /** The window in ticks; 0 for one of the calendar. */
    public long windowTicks() {
        return windowTicks;
    }

    /** What a hit adds to the debt of a {@code token_bucket}. */
    public long weight() {
        return weight;
    }

    /** What a tick takes off the debt of a {@code token_bucket}. */
    public long rate() {
        return rate;
    }

    /** The debt with which a {@code token_bucket} is empty. */
    public long capacity() {
        return burst * weight;
    }

    /** After more ticks than these no debt of a {@code token_bucket} is left; in fewer the product with the rate fits. */
    long drainTicksMax() {
        return drainTicksMax;
    }

    /** The most hits that can pass together: more never do. */
    public long hitsMax() {
        return requests == 0 || algorithm != Algorithm.TOKEN_BUCKET ? requests : burst;
    }

    /**
     * The periods of an aligned window around a time.
     *
     * @param nanos since the epoch
     */
    public Periods periods(long nanos) {
        return switch (window) {
            case Window.Length length -> length.periods(nanos);
            case Window.Calendar calendar -> {
                Periods known = periods;
                if (known == null || !known.contain(nanos)) {
                    known = calendar.periods(nanos);
                    periods = known;
                }
                yield known;
            }
        };
    }

    /** The end of the period of a {@code fixed_window} that a tick is in. */
    long periodEnd(long now) {
        return window instanceof Window.Length
                ? now - Math.floorMod(now, windowTicks) + windowTicks
                : tick.of(periods(now * tick.nanos()).end());
    }

    /** The end of the period after that. */
    long nextPeriodEnd(long now) {
        return window instanceof Window.Length
                ? periodEnd(now) + windowTicks
                : tick.of(periods(now * tick.nanos()).nextEnd());
    }

    /** How long the window is, in nanoseconds; one of the calendar, the period that a time is in. */
    long windowNanos(long nanos) {
        return switch (window) {
            case Window.Length(Duration length) -> length.toNanos();
            case Window.Calendar _ -> {
                Periods around = periods(nanos);
                yield around.end() - around.previousEnd();
            }
        };
    }

    /** Whether what was counted by one goes on counting by the other. */
    boolean sharesStateWith(Limit other) {
        return algorithm == other.algorithm && precision == other.precision && window.equals(other.window);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Limit that && algorithm == that.algorithm && requests == that.requests
                && burst == that.burst && precision == that.precision && window.equals(that.window));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return algorithm.code() + " " + requests + " for " + window.code()
                + (algorithm == Algorithm.TOKEN_BUCKET ? ", burst " + burst : "");
    }
}
