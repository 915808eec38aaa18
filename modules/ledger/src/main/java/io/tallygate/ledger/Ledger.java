package io.tallygate.ledger;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Rows of numbers, as domains use them. Thread-safe; no method blocks. A stage fails with an
 * {@link io.tallygate.kernel.UnavailableException} when the store, or this process, cannot serve it now.
 */
public interface Ledger {

    /** Applies a posting, and completes once the store has committed. Postings take effect in the order of their calls. */
    CompletionStage<PostingResult> post(Posting posting);

    /**
     * Takes a posting into memory and returns; it is committed soon after, in the same way. Lost when the process dies
     * first.
     *
     * @throws io.tallygate.kernel.UnavailableException when it is not taken
     */
    void accept(Posting posting);

    /** One row's value; 0 for one that is not there. */
    CompletionStage<Reading> read(RowKey row, Consistency consistency);

    /** Many rows' values, in the order asked, each as {@link #read} would give it. */
    CompletionStage<List<Reading>> readAll(List<RowKey> rows, Consistency consistency);
}
