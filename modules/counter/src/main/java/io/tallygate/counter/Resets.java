package io.tallygate.counter;

import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.WrongTypeException;

/** What became of a reset, whichever ledger it was posted to. */
public final class Resets {

    private Resets() {}

    /**
     * Returns when the counter was forgotten.
     *
     * @throws RuntimeException why the counter was not forgotten
     */
    public static void requireDone(PostingResult result) {
        switch (result) {
            case PostingResult.Committed committed -> {
                if (committed.outcomes().refused(0)) {
                    throw new WrongTypeException("what is in the counter's place is no number, and stays there");
                }
            }
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
            case PostingResult.KeyReused _ -> throw new IllegalStateException("a reset has no key");
        }
    }
}
