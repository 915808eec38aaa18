package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.List;

/**
 * What a store applies in one atomic step.
 *
 * @param at          when it was put together; idempotency records that it makes count their age from here
 * @param ageAt       when the ages of idempotency records that it finds are taken; not after {@code at}
 * @param postings    in the order in which they take effect
 * @param fingerprint what tells it from every other flush that might come with its number, and stays the same when it is
 *                    sent again; {@link #NO_FINGERPRINT} when its sender gives none
 */
public record Flush(FlushId id, Instant at, Instant ageAt, List<Posting> postings, long fingerprint) {

    /** Of flushes, and of records of flushes, that programs of version 0.1.0 made: it is taken for any fingerprint. */
    public static final long NO_FINGERPRINT = 0;

    /** By one clock. */
    public Flush(FlushId id, Instant at, List<Posting> postings, long fingerprint) {
        this(id, at, at, postings, fingerprint);
    }

    /** By one clock, without a fingerprint. */
    public Flush(FlushId id, Instant at, List<Posting> postings) {
        this(id, at, postings, NO_FINGERPRINT);
    }

    /** The same content as another flush. */
    public Flush as(FlushId otherId, long otherFingerprint) {
        return new Flush(otherId, at, ageAt, postings, otherFingerprint);
    }

    /** Whether the flush on record for this one's number, of which the fingerprint is known, is another one. */
    public boolean differsFrom(long recordedFingerprint) {
        return fingerprint != recordedFingerprint && fingerprint != NO_FINGERPRINT
                && recordedFingerprint != NO_FINGERPRINT;
    }

    /** How many changes it has. */
    public int size() {
        int size = 0;
        for (Posting posting : postings) {
            size += posting.changes().size();
        }
        return size;
    }

    /** How many bytes it has at most, as far as that can be counted. */
    int bytes() {
        long bytes = 0;
        for (Posting posting : postings) {
            bytes += posting.bytes();
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
}
