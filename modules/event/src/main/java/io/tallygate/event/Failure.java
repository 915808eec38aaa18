package io.tallygate.event;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Reasons;
import java.nio.charset.StandardCharsets;

/**
 * Why an event could not be handled, as a dead letter keeps it.
 *
 * @param error   the slug of the problem, such as {@code counter-overflow}, or the class of what is none
 * @param message at most {@link DeadLetter#MESSAGE_BYTES_MAX} bytes of UTF-8
 */
record Failure(String error, String message) {

    static Failure of(Throwable failure) {
        return switch (failure) {
            case InvalidInputException invalid -> new Failure(GeneralProblem.INVALID_INPUT.slug(),
                    cut(invalid.field() + (invalid.value().isEmpty() ? " " : " is '" + invalid.value() + "' and ")
                            + invalid.rule()));
            case DomainProblemException problem -> new Failure(problem.kind().slug(), cut(problem.detail()));
            default -> new Failure(failure.getClass().getSimpleName(), cut(Reasons.of(failure)));
        };
    }

    /** Whether no other attempt can succeed. */
    static boolean isForGood(Throwable failure) {
        return failure instanceof InvalidInputException || (failure instanceof DomainProblemException problem
                && problem.kind() == GeneralProblem.IDEMPOTENCY_KEY_REUSED);
    }

    private static String cut(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= DeadLetter.MESSAGE_BYTES_MAX) {
            return message;
        }
        int end = DeadLetter.MESSAGE_BYTES_MAX;
        // Not within a character, whose further bytes begin with the bits 10.
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
