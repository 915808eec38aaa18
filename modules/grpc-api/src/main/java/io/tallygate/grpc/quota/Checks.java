package io.tallygate.grpc.quota;

import io.tallygate.grpc.InvalidRequestException;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is wrong with a message, so that its sender hears of all of it at once. Mutable; for one thread. */
final class Checks {

    private final List<InvalidInputException> errors = new ArrayList<>();

    void add(String field, String value, String rule) {
        errors.add(new InvalidInputException(field, value, rule));
    }

    /** Keeps what a check complains of. */
    void run(Runnable check) {
        try {
            check.run();
        } catch (InvalidInputException e) {
            errors.add(e);
        }
    }

    /** What the reader makes, or null and a complaint when it throws one. */
    <T> @Nullable T read(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (InvalidInputException e) {
            errors.add(e);
            return null;
        }
    }

    /** The same identifier. */
    String id(String field, String id) {
        run(() -> Ids.require(field, id));
        return id;
    }

    /** An identifier that need not be there. */
    @Nullable
    String id(String field, boolean present, String id) {
        return present ? id(field, id) : null;
    }

    /** A number of a list's elements. */
    int limit(boolean present, int limit, int byDefault, int max) {
        if (!present) {
            return byDefault;
        }
        if (limit < 1 || limit > max) {
            add("limit", Integer.toString(limit), "must be an integer from 1 to " + max);
        }
        return limit;
    }

    List<InvalidInputException> errors() {
        return errors;
    }

    /** @throws InvalidRequestException with what there is, if anything */
    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new InvalidRequestException(errors);
        }
    }
}
