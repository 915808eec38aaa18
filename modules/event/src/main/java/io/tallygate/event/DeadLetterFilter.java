package io.tallygate.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant; those that a replay has ended are none.
 *
 * @param error  only those of this kind of failure; null for all
 * @param type   only those of events of this type; null for all
 * @param after  only those that failed first after this time; null for all
 * @param before only those that failed first before this time; null for all
 */
public record DeadLetterFilter(@Nullable String error, @Nullable String type, @Nullable Instant after,
        @Nullable Instant before) {

    boolean matches(DeadLetter letter) {
        return letter.state() != DeadLetter.State.REPLAYED
                && (error == null || error.equals(letter.error()))
                && (type == null || type.equals(letter.event().type()))
                && (after == null || letter.firstFailedAt().isAfter(after))
                && (before == null || letter.firstFailedAt().isBefore(before));
    }
}
