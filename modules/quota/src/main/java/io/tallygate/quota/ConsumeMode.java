package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;

/** What becomes of a request for more than the limits leave. */
public enum ConsumeMode {
    /** All is granted, or nothing is. */
    NORMAL,
    /** What is left is granted, up to a soft limit's bound; of one quota type only. Denied when that is nothing. */
    BEST_EFFORT,
    /** What has happened is recorded, whatever the limits. */
    FORCE;

    /**
     * Reads {@code normal}, {@code best_effort} or {@code force}.
     *
     * @throws InvalidInputException naming {@code field}
     */
    public static ConsumeMode parse(String field, String text) {
        return switch (text) {
            case "normal" -> NORMAL;
            case "best_effort" -> BEST_EFFORT;
            case "force" -> FORCE;
            default -> throw new InvalidInputException(field, text, "must be normal, best_effort or force");
        };
    }
}
