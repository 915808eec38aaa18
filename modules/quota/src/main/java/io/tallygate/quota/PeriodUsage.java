package io.tallygate.quota;

import java.time.Instant;
import java.util.Optional;

/**
 * What was used in one period. Amounts are in units of the scale.
 *
 * @param start the first instant that belongs to it
 * @param end   the first one that does not; empty for a lifetime
 * @param used  what is held included; below 0 where credit was paid in
 * @param held  how much of it is reserved
 */
public record PeriodUsage(String quotaType, Per per, int scale, Instant start, Optional<Instant> end, long used,
        long held) {}
