package io.tallygate.degradation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a dependency does.
 *
 * @param good    whether it counts as good: it does not after 3 failures in a row, and does again after 5 answers in a row
 * @param failing whether the last question failed
 * @param failure why, in the dependency's words; null when it did not
 * @param latency of the last answer; null before the first question
 */
public record ProbeStatus(String name, boolean critical, boolean good, boolean failing, @Nullable String failure,
        @Nullable Duration latency) {}
