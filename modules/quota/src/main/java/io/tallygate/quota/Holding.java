package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** For how long something may be reserved. */
public final class Holding {

    private static final Pattern TTL = Pattern.compile("(\\d{1,6})([smh])");

    private Holding() {}

    /**
     * Reads for how long something is to be reserved: seconds, minutes or hours, such as {@code 30s}, from 1 second to 24
     * hours.
     *
     * @throws InvalidInputException naming {@code field}
     */
    public static Duration ttl(String field, String text) {
        Matcher matcher = TTL.matcher(text);
        if (matcher.matches()) {
            int seconds = switch (matcher.group(2)) {
                case "s" -> 1;
                case "m" -> 60;
                default -> 3_600;
            };
            Duration ttl = Duration.ofSeconds(Long.parseLong(matcher.group(1)) * seconds);
            if (isInRange(ttl)) {
                return ttl;
            }
        }
        throw new InvalidInputException(field, text, "must be from 1s to 24h, in s, m or h");
    }

    private static boolean isInRange(Duration ttl) {
        return ttl.compareTo(Reservation.TTL_MIN) >= 0 && ttl.compareTo(Reservation.TTL_MAX) <= 0;
    }

    /**
     * Returns when something may be reserved for so long.
     *
     * @throws InvalidInputException naming {@code field}
     */
    static void require(String field, Duration ttl) {
        if (!isInRange(ttl)) {
            throw new InvalidInputException(field, ttl.toString(), "must be from 1s to 24h");
        }
    }
}
