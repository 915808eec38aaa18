package io.tallygate.ledger;

/** How tests look at what a store answered. */
public final class Results {

    private Results() {}

    /** What became of the changes of a flush's first posting. */
    public static Outcomes plain(FlushResult result) {
        return ((PostingResult.Committed) result.postings().getFirst()).outcomes();
    }
}
