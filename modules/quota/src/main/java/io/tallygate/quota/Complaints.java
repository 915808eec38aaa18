package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What is wrong with a document, so that its author hears of all of it at once. Mutable; for one thread. */
final class Complaints {

    /** More than these are not kept: whoever corrects a hundred may ask again. */
    private static final int KEPT_MAX = 100;

    private final List<InvalidInputException> errors = new ArrayList<>();

    void add(String field, String value, String rule) {
        add(new InvalidInputException(field, value, rule));
    }

    private void add(InvalidInputException error) {
        if (errors.size() < KEPT_MAX) {
            errors.add(error);
        }
    }

    /** What the reader makes, or empty and a complaint when it throws one. */
    <T> Optional<T> hear(Supplier<T> reader) {
        try {
            return Optional.of(reader.get());
        } catch (InvalidInputException e) {
            add(e);
            return Optional.empty();
        }
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    /** @throws InvalidDocumentException with what there is, if anything */
    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new InvalidDocumentException(errors);
        }
    }
}
