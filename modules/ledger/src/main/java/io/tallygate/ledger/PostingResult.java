package io.tallygate.ledger;

import io.tallygate.kernel.UnknownOutcomeException;

/** What became of a {@link Posting}. */
public sealed interface PostingResult {

    /**
     * Decided and stored; one outcome a change, in order.
     *
     * @param memo     of the posting that was decided, which may be an earlier one with the same key
     * @param replayed whether that happened when the same key was first used, and nothing was changed now
     */
    record Committed(Outcomes outcomes, Memo memo, boolean replayed) implements PostingResult {

        /** Without a memo. */
        public Committed(Outcomes outcomes, boolean replayed) {
            this(outcomes, Memo.EMPTY, replayed);
        }

        /** Decided now, without a memo. */
        public Committed(Outcomes outcomes) {
            this(outcomes, false);
        }
    }

    /** The key already belongs to a request with other content; nothing was changed. */
    record KeyReused() implements PostingResult {}

    /**
     * Not applied, though others of its flush were; or not known, when the failure is an
     * {@link io.tallygate.kernel.UnknownOutcomeException}.
     */
    record Failed(RuntimeException failure) implements PostingResult {

        /** Nothing of it was applied. */
        static Failed because(RuntimeException failure) {
            return new Failed(failure);
        }

        /** Some of its changes were applied. */
        static Failed halfWay(RuntimeException failure) {
            return new Failed(
                    new UnknownOutcomeException("only some of its changes were applied: " + failure.getMessage()));
        }
    }
}
