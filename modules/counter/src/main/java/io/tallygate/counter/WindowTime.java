package io.tallygate.counter;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time line of the windows, in milliseconds. It follows a ticker that only rises, so the wall clock can be set
 * forward or back without moving it. Where it begins means nothing. Thread-safe.
 */
final class WindowTime {

    private final LongSupplier ticker;
    private final long originNanos;
    private volatile long originMillis;

    /** @param originMillis what it says now, not negative */
    WindowTime(LongSupplier ticker, long originMillis) {
        this.ticker = ticker;
        this.originNanos = ticker.getAsLong();
        this.originMillis = originMillis;
    }

    long millis() {
        return originMillis + elapsedMillis();
    }

    /** Goes on from {@code millis}. To be called before anything has happened on this line. */
    void resumeAt(long millis) {
        originMillis = millis - elapsedMillis();
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(ticker.getAsLong() - originNanos);
    }
}
