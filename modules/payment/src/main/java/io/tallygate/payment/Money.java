package io.tallygate.payment;

import io.tallygate.kernel.InvalidInputException;
import java.util.regex.Pattern;

/**
 * An amount that is moved.
 *
 * @param amount   in minor units of the currency, such as cents, from 1 to 2^63-1
 * @param currency three capital letters, as in ISO 4217. Which of them is a currency is for those who pay
 */
public record Money(long amount, String currency) {

    /** What would be right in place of another amount. */
    public static final String AMOUNT_RULE = "must be from 1 to " + Long.MAX_VALUE;

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    /** @throws InvalidInputException naming {@code amount} or {@code currency} */
    public Money {
        requireAmount(amount);
        requireCurrency(currency);
    }

    /**
     * Refuses an amount that moves nothing.
     *
     * @throws InvalidInputException naming {@code amount}
     */
    public static void requireAmount(long amount) {
        if (amount < 1) {
            throw new InvalidInputException("amount", Long.toString(amount), AMOUNT_RULE);
        }
    }

    /**
     * Refuses what cannot be a currency.
     *
     * @throws InvalidInputException naming {@code currency}
     */
    public static void requireCurrency(String currency) {
        if (!CURRENCY.matcher(currency).matches()) {
            throw new InvalidInputException("currency", currency, "must be three capital letters, such as EUR");
        }
    }
}
