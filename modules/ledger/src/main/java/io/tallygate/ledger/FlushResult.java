package io.tallygate.ledger;

import java.util.List;

/**
 * What a store answers to a {@link Flush}, and again to the same flush.
 *
 * @param postings one result for each of the flush's postings; a repeated key has the outcomes of its first time
 * @param replayed whether the flush had been applied before, this is what was answered then, and nothing was changed now
 */
public record FlushResult(List<PostingResult> postings, boolean replayed) {

    /** Applied now. */
    public FlushResult(List<PostingResult> postings) {
        this(postings, false);
    }

    /** The same, as a repetition gets it. */
    public FlushResult asReplayed() {
        return new FlushResult(postings, true);
    }
}
