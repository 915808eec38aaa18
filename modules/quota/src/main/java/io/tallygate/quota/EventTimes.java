package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import java.time.Duration;
import java.time.Instant;

/** Which times usage and refunds may say that they belong to. */
final class EventTimes {

    /** How far ahead of this process's clock another one's may be. */
    static final Duration AHEAD_MAX = Duration.ofMinutes(5);

    private EventTimes() {}

    /**
     * Refuses a time that is too old or too far ahead.
     *
     * @param lateMax how old it may be: rows of usage are kept for longer
     * @throws InvalidInputException naming {@code field}
     */
    static Instant require(String field, Instant time, Instant now, Duration lateMax) {
        if (time.isBefore(now.minus(lateMax)) || time.isAfter(now.plus(AHEAD_MAX))) {
            throw new InvalidInputException(field, time.toString(), "must be at most " + lateMax + " old and "
                    + AHEAD_MAX + " ahead of " + now);
        }
        return time;
    }
}
