package io.tallygate.grpc;

import io.tallygate.kernel.InvalidInputException;
import java.util.List;

/** A request breaks rules, all of which the caller hears of. Carries no stack trace: it comes at its sender's rate. */
final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<InvalidInputException> errors;

    /** @param errors at least one */
    InvalidRequestException(List<InvalidInputException> errors) {
        super(errors.getFirst().getMessage(), null, false, false);
        this.errors = List.copyOf(errors);
    }

    List<InvalidInputException> errors() {
        return errors;
    }
}
