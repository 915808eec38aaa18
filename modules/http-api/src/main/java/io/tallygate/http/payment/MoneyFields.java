package io.tallygate.http.payment;

import io.tallygate.http.JsonValues;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.payment.Money;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The members {@code amount} and {@code currency}. Not thread-safe, used for one object. */
final class MoneyFields {

    // Bits that no other member of the same object has.
    private static final int AMOUNT = 1 << 16;
    private static final int CURRENCY = 1 << 17;

    private final JsonValues values;
    private long amount;
    private @Nullable String currency;

    MoneyFields(JsonValues values) {
        this.values = values;
    }

    /** Reads a member; the parser stands on its value. Returns false for one of another name, which it leaves unread. */
    boolean read(String name) throws IOException {
        switch (name) {
            case "amount" -> {
                if (values.given(name, AMOUNT)) {
                    amount = values.integer(name, Money.AMOUNT_RULE);
                    check(() -> Money.requireAmount(amount));
                }
            }
            case "currency" -> {
                if (values.given(name, CURRENCY)) {
                    String text = values.string(name);
                    if (text != null) {
                        check(() -> Money.requireCurrency(text));
                    }
                    currency = text;
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void check(Runnable rule) {
        try {
            rule.run();
        } catch (InvalidInputException e) {
            values.add(e);
        }
    }

    /** Complains of those that are not there. */
    void require() {
        values.require("amount", AMOUNT);
        values.require("currency", CURRENCY);
    }

    /** What was read, of which nothing was complained. */
    Money money() {
        return new Money(amount, Objects.requireNonNull(currency));
    }
}
