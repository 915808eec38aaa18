package io.tallygate.quota;

/** What comes of asking for a reservation's end. */
sealed interface Ending {

    /**
     * It is held, and ends when this is posted. A refusal means that another end has won, which is read again; or, of what is
     * forced, that amounts end ({@link #overflowed}).
     *
     * @param version of the document that it was decided by
     * @param after   what it is then
     */
    record Post(Draft draft, long version, Reservation after) implements Ending {

        /** Whether it was refused although no other end has won. */
        boolean overflowed(Draft.Result result) {
            return !result.applied() && result.values()[result.values().length - 1] == version;
        }
    }

    /** It has ended just so. */
    record Same(Reservation ended) implements Ending {}

    /** It has ended otherwise. */
    record Other(Reservation ended) implements Ending {}
}
