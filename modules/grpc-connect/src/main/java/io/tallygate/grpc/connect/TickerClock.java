package io.tallygate.grpc.connect;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** A clock that measures how time passes, and does not know what time it is: nobody can set it back. Thread-safe. */
final class TickerClock extends Clock {

    private final LongSupplier ticker;
    private final long originNanos;

    /** @param ticker nanoseconds that only rise, such as {@link System#nanoTime} */
    TickerClock(LongSupplier ticker) {
        this.ticker = ticker;
        this.originNanos = ticker.getAsLong();
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(ticker.getAsLong() - originNanos);
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
