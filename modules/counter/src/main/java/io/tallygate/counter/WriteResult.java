package io.tallygate.counter;

/** What became of a {@link Write}. */
public sealed interface WriteResult {

    /**
     * Applied and stored; one outcome an increment, in order.
     *
     * @param replayed whether that happened when the same idempotency key was first used, and nothing was changed now
     */
    record Committed(Outcomes outcomes, boolean replayed) implements WriteResult {

        /** Applied now. */
        public Committed(Outcomes outcomes) {
            this(outcomes, false);
        }
    }

    /** The idempotency key already belongs to a request with other content; nothing was changed. */
    record KeyReused() implements WriteResult {}
}
