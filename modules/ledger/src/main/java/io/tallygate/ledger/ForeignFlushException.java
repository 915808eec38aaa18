package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;

/**
 * A flush's number belongs to another flush, of a writer with the same name. This one was not applied under that number,
 * and will not be, however late a copy of it arrives.
 */
public final class ForeignFlushException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient FlushId id;

    public ForeignFlushException(FlushId id) {
        super(id + " belongs to another flush");
        this.id = id;
    }

    public FlushId id() {
        return id;
    }
}
