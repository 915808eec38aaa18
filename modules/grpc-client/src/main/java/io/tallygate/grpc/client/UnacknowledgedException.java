package io.tallygate.grpc.client;

/** A session ended before a batch was acknowledged: it may be stored or not. Its cause, if any, ended the session. */
public final class UnacknowledgedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnacknowledgedException(String message) {
        super(message);
    }

    UnacknowledgedException(String message, Throwable cause) {
        super(message, cause);
    }
}
