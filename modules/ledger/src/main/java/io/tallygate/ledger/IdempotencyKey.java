package io.tallygate.ledger;

import java.time.Duration;

/**
 * A caller's name for one request, so that repeating it has one effect.
 *
 * @param id          what the request is called, unique among callers; 1 to 300 bytes of UTF-8
 * @param fingerprint a digest of the request's content, not of the changes that came of it; the same id with another one
 *                    is {@link PostingResult.KeyReused}. 1 to 128 bytes of UTF-8
 * @param life        how long its record answers for the request
 * @param refusedLife the same for a request of which nothing was applied; zero when it is not to be recorded. A divided
 *                    store takes the other one for rows of several homes, and keeps the id for its content that long
 *                    though the refusal is forgotten and decided again
 */
public record IdempotencyKey(String id, String fingerprint, Duration life, Duration refusedLife) {

    /** How long a record answers where nobody says otherwise. */
    public static final Duration LIFE = Duration.ofHours(24);

    /** Recorded for {@link #LIFE}, whatever became of it. */
    public IdempotencyKey(String id, String fingerprint) {
        this(id, fingerprint, LIFE, LIFE);
    }
}
