package io.tallygate.storage.redis;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The instant of a nanosecond ticker by which something must be done. */
record Deadline(LongSupplier ticker, long at) {

    static Deadline after(Duration timeout, LongSupplier ticker) {
        return new Deadline(ticker, ticker.getAsLong() + timeout.toNanos());
    }

    long remainingNanos() {
        return Math.max(0, at - ticker.getAsLong());
    }

    Deadline earlier(Deadline other) {
        return at - other.at <= 0 ? this : other;
    }
}
