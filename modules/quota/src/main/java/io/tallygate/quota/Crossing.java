package io.tallygate.quota;

import java.time.Instant;
import java.util.Optional;

/**
 * That usage has passed a share of a limit.
 *
 * @param percent     of the limit that it has reached now, and had not before
 * @param used        how much that is, in units of the limit's scale
 * @param periodStart of the limit's period; {@link Instant#EPOCH} for a lifetime
 * @param periodEnd   empty for a lifetime, and where the limit has other periods by now
 */
public record Crossing(String subject, Limit limit, int percent, long used, Instant periodStart,
        Optional<Instant> periodEnd) {

    /** Names it: what happens again in the same period has the same name. */
    public String name() {
        return String.join("\n", subject, limit.quotaType(), limit.per().toString(), periodStart.toString(),
                Integer.toString(percent));
    }
}
