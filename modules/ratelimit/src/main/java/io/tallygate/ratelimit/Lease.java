package io.tallygate.ratelimit;

import java.time.Instant;

/**
 * Permits of one request, held until they are released or their time is over.
 *
 * @param id        by which they are renewed and released; it cannot be guessed
 * @param expiresAt when the first of them end unless they are renewed
 */
public record Lease(String id, Instant expiresAt) {}
