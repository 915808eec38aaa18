package io.tallygate.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which periods are asked for.
 *
 * @param quotaType null for all
 * @param per       null for all
 * @param from      the first period is the one that this belongs to; null for the {@value #LATEST} latest ones of each limit
 * @param to        the last one begins before this; null for now
 */
public record UsageQuery(@Nullable String quotaType, @Nullable Per per, @Nullable Instant from,
        @Nullable Instant to) {

    /** How many periods of each limit are told where nobody says from when. */
    public static final int LATEST = 31;

    /** The most periods in an answer. */
    public static final int PERIODS_MAX = 500;
}
