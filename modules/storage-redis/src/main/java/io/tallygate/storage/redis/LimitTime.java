package io.tallygate.storage.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Which time rate limits are decided at.
 *
 * @param caller     this process's clock, in nanoseconds since the epoch: by it periods of the calendar are found
 * @param server     microseconds since the epoch; the server's own time where it is empty
 * @param keptLonger how long a key is there after its state is as good as none
 */
record LimitTime(LongSupplier caller, Supplier<String> server, Duration keptLonger) {

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    /** The server's time. */
    static LimitTime ofServer(InstantSource caller) {
        return new LimitTime(() -> {
            Instant now = caller.instant();
            return now.getEpochSecond() * SECOND_NANOS + now.getNano();
        }, () -> "", Duration.ofSeconds(1));
    }
}
