package io.tallygate.payment;

import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;

/** The kinds of error that only payments have. */
public enum PaymentProblem implements ProblemKind {
    UNKNOWN_ACCOUNT("unknown-account", ProblemCategory.NOT_FOUND, "There is no such account"),
    UNKNOWN_PAYMENT("unknown-payment", ProblemCategory.NOT_FOUND, "The order was not settled"),
    INSUFFICIENT_FUNDS("insufficient-funds", ProblemCategory.CONFLICT, "The payer's balance does not cover the amount"),
    CURRENCY_MISMATCH("currency-mismatch", ProblemCategory.CONFLICT, "The account has another currency"),
    BALANCE_OVERFLOW("balance-overflow", ProblemCategory.OUT_OF_RANGE, "The balance would leave the range of amounts"),
    WRONG_TYPE("wrong-type", ProblemCategory.INTERNAL,
            "The store holds something else in the place of what payments keep");

    private final Definition definition;

    PaymentProblem(String slug, ProblemCategory category, String title) {
        this.definition = new Definition(slug, category, title);
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
