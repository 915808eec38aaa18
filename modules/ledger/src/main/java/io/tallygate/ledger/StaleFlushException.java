package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;

/**
 * A flush came after a later one of the same writer's name was applied. It changed nothing now, and will not, however
 * late a copy of it arrives. Whether an earlier attempt of it was applied is not known any more.
 */
public final class StaleFlushException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient FlushId id;

    public StaleFlushException(FlushId id) {
        super(id + " came after a later flush of this writer");
        this.id = id;
    }

    public FlushId id() {
        return id;
    }
}
