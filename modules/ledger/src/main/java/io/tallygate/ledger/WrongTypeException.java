package io.tallygate.ledger;

/**
 * What the store holds in a row's place is not what its book holds, so somebody else must have put it there. Nothing was changed,
 * and to ask again will not help. Carries no stack trace: it is made as often as the row is asked for.
 */
public final class WrongTypeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what is where, in the store's words; for its operators */
    public WrongTypeException(String message) {
        super(message, null, false, false);
    }
}
