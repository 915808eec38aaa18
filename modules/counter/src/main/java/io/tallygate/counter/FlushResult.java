package io.tallygate.counter;

import java.util.List;

/**
 * What a store answers to a {@link Flush}, and again to the same flush.
 *
 * @param changes  one outcome for each of the flush's changes
 * @param requests one result for each of its keyed requests; a repeated one has the outcomes of its first time
 * @param replayed whether the flush had been applied before, this is what was answered then, and nothing was changed now
 */
public record FlushResult(Outcomes changes, List<WriteResult> requests, boolean replayed) {

    /** Applied now. */
    public FlushResult(Outcomes changes, List<WriteResult> requests) {
        this(changes, requests, false);
    }

    /** The same, as a repetition gets it. */
    public FlushResult asReplayed() {
        return new FlushResult(changes, requests, true);
    }
}
