package io.tallygate.payment;

import io.tallygate.kernel.Answered;
import io.tallygate.kernel.RequestKey;
import java.util.concurrent.CompletionStage;

/**
 * Payments and accounts, as callers use them. Thread-safe; no method blocks or throws: what is wrong with a request fails its
 * stage, and then nothing was changed.
 *
 * <p>A stage fails with
 * <ul>
 * <li>an {@link io.tallygate.kernel.InvalidInputException} when a value breaks a rule;
 * <li>a {@link io.tallygate.kernel.DomainProblemException} whose kind is a {@link PaymentProblem} that the method names;
 * <li>the same with {@link io.tallygate.kernel.GeneralProblem#IDEMPOTENCY_KEY_REUSED} when the order, or the key, belongs to a
 * request with other content;
 * <li>an {@link io.tallygate.kernel.UnavailableException} when the store, or this process, cannot serve it now. Where the
 * outcome is unknown then, a repetition tells it.
 * </ul>
 */
public interface Payments {

    /**
     * Pays, and completes once the store has committed. An order is settled once, whoever repeats it and however often: a
     * repetition gets the same payment, for good. Fails with {@link PaymentProblem#UNKNOWN_ACCOUNT}, {@link
     * PaymentProblem#CURRENCY_MISMATCH}, {@link PaymentProblem#INSUFFICIENT_FUNDS} and {@link PaymentProblem#BALANCE_OVERFLOW}.
     * A repetition of an order that failed with one of the last two fails in the same way for 24 hours; then it is tried again.
     */
    CompletionStage<Answered<Payment>> pay(PaymentOrder order);

    /** The payment that settled an order. Fails with {@link PaymentProblem#UNKNOWN_PAYMENT}. */
    CompletionStage<Payment> payment(String orderId);

    /** An account as the store holds it. Fails with {@link PaymentProblem#UNKNOWN_ACCOUNT}. */
    CompletionStage<Account> account(String id);

    /**
     * Brings money in. The first deposit begins the account, in its currency. Fails with {@link
     * PaymentProblem#CURRENCY_MISMATCH} and {@link PaymentProblem#BALANCE_OVERFLOW}.
     *
     * @param key a repetition with it gets the same answer for 24 hours; after that it is another deposit
     * @return the account right after the deposit
     */
    CompletionStage<Answered<Account>> deposit(String accountId, Money money, RequestKey key);
}
