package io.tallygate.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of the wish to reserve.
 *
 * @param decision      whether it was granted
 * @param reservationId by which it is ended; null when it was denied
 * @param expiresAt     when it may be given back; null when it was denied
 */
public record Reserved(Decision decision, @Nullable String reservationId, @Nullable Instant expiresAt) {}
