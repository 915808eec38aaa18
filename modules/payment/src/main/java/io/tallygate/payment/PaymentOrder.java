package io.tallygate.payment;

import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;

/**
 * An order to pay.
 *
 * @param orderId the order's name, one for all callers, by which a repetition is known for good: 1 to 256 bytes of UTF-8
 *                without control characters, as are the names of the accounts
 * @param payer   the account that the money is taken from
 * @param payee   the account that it is given to, another one
 */
public record PaymentOrder(String orderId, String payer, String payee, Money money) {

    /** @throws InvalidInputException naming {@code order_id}, {@code payer} or {@code payee} */
    public PaymentOrder {
        Ids.require("order_id", orderId);
        Ids.require("payer", payer);
        Ids.require("payee", payee);
        requireTwoAccounts(payer, payee);
    }

    /**
     * Refuses a payment of an account to itself.
     *
     * @throws InvalidInputException naming {@code payee}
     */
    public static void requireTwoAccounts(String payer, String payee) {
        if (payer.equals(payee)) {
            throw new InvalidInputException("payee", payee, "must be another account than payer");
        }
    }
}
