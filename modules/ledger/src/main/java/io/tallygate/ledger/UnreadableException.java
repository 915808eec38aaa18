package io.tallygate.ledger;

/** Stored bytes are damaged, or of a version that this program does not know. They are left as they are. */
public final class UnreadableException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
        super(message);
    }

    UnreadableException(String message, Throwable cause) {
        super(message, cause);
    }
}
