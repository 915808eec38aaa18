package io.tallygate.counter;

import io.tallygate.kernel.FlushId;

/** A flush came after a later one of the same writer was applied. It changed nothing now. */
public final class StaleFlushException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StaleFlushException(FlushId id) {
        super(id + " came after a later flush of this writer");
    }
}
