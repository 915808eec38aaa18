package io.tallygate.degradation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A level that somebody has set, whatever is found.
 *
 * @param feature null for all features that have no override of their own
 * @param reason  for people
 * @param by      who set it
 * @param until   when it ends
 */
public record LevelOverride(Level level, @Nullable String feature, String reason, String by, Instant until) {

    boolean isOver(Instant now) {
        return !until.isAfter(now);
    }
}
