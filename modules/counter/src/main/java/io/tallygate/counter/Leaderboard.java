package io.tallygate.counter;

import java.time.Instant;
import java.util.List;

/**
 * The resources with the highest values of one counter type, highest first.
 *
 * @param asOf when this was true
 */
public record Leaderboard(Window window, List<Entry> entries, Instant asOf) {

    /** The most entries that can be asked for. */
    public static final int LIMIT_MAX = 1000;

    /**
     * A place on it.
     *
     * @param rank     from 1; equal values are ordered by resource
     * @param maxError how far {@code value} may be from the true one, either way; 0 when it is exact
     */
    public record Entry(int rank, String resourceId, long value, long maxError) {}
}
