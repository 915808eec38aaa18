package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;

/**
 * How much of one quota type a request is about.
 *
 * @param field  what the amount is called in the request, such as {@code quotas[2].value}
 * @param amount 0 or more
 */
public record Wanted(String field, String quotaType, Amount amount) {

    /** The most quota types in one request. */
    public static final int TYPES_MAX = 20;

    /**
     * Of what consumes.
     *
     * @throws InvalidInputException when the value is not a number greater than 0
     */
    public static Wanted positive(String field, String quotaType, String value) {
        return new Wanted(field, quotaType, Amount.parse(field, value).requirePositive(field));
    }

    /**
     * Of what may be nothing.
     *
     * @throws InvalidInputException when the value is not a number of at least 0
     */
    public static Wanted notNegative(String field, String quotaType, String value) {
        return new Wanted(field, quotaType, Amount.parse(field, value).requireNotNegative(field));
    }
}
