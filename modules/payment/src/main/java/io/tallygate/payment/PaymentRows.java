package io.tallygate.payment;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;

/** Names of the rows of accounts and payments. */
final class PaymentRows {

    /** What each account holds, in minor units; those of one currency are a section. */
    static final Book BALANCES = new Book("balance");

    /** What never changes about an account. */
    static final Book ACCOUNTS = Book.ofDocuments("account");

    /** The records of payments, by their orders. */
    static final Book PAYMENTS = Book.ofDocuments("payment");

    private static final String ACCOUNT = "account";
    private static final String PAYMENT = "payment";
    /** Any two accounts may change together, so all are in one place. */
    private static final int HOME = 0;

    private PaymentRows() {}

    static RowKey balance(String accountId, String currency) {
        return new RowKey(BALANCES, currency, accountId, HOME);
    }

    static RowKey account(String id) {
        return new RowKey(ACCOUNTS, ACCOUNT, id, HOME);
    }

    static RowKey payment(String orderId) {
        return new RowKey(PAYMENTS, PAYMENT, orderId, HOME);
    }
}
