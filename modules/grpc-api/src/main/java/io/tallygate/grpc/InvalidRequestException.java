package io.tallygate.grpc;

import io.tallygate.kernel.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/** A request breaks rules, all of which the caller hears of. Carries no stack trace: it comes at its sender's rate. */
public final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<InvalidInputException> errors;

    /**
     * A request with these complaints.
     *
     * @param errors at least one
     */
    public InvalidRequestException(List<InvalidInputException> errors) {
        super(errors.getFirst().getMessage(), null, false, false);
        this.errors = List.copyOf(errors);
    }

    /** What a request breaks altogether, found by checks of which one has failed already: its failure, if it alone did. */
    public static RuntimeException everything(RuntimeException failed, Runnable... checks) {
        var errors = new ArrayList<InvalidInputException>();
        for (Runnable check : checks) {
            try {
                check.run();
            } catch (InvalidInputException e) {
                errors.add(e);
            } catch (InvalidRequestException e) {
                errors.addAll(e.errors());
            }
        }
        return errors.isEmpty() ? failed : new InvalidRequestException(errors);
    }

    /** The same complaints, seen from the outside of a structure, such as {@code operations[3].}. */
    public InvalidRequestException within(String prefix) {
        return new InvalidRequestException(errors.stream().map(error -> error.within(prefix)).toList());
    }

    /** One for each broken rule. */
    public List<InvalidInputException> errors() {
        return errors;
    }
}
