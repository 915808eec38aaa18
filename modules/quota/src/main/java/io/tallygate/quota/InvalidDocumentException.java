package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import java.util.List;
import java.util.stream.Collectors;

/** A plan, a subject's settings or a file of plans breaks rules: every complaint about it. Nothing was changed. */
public final class InvalidDocumentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final List<InvalidInputException> errors;

    /** @param errors one at least */
    InvalidDocumentException(List<InvalidInputException> errors) {
        super(errors.stream().map(InvalidDocumentException::told).collect(Collectors.joining("; ")), null, false,
                false);
        this.errors = List.copyOf(errors);
    }

    private static String told(InvalidInputException error) {
        return error.field() + (error.value().isEmpty() ? " " : " is " + error.value() + " and ") + error.rule();
    }

    /** In the order in which the document was read. */
    public List<InvalidInputException> errors() {
        return errors;
    }
}
