package io.tallygate.http.payment;

import io.tallygate.http.JsonValues;
import io.tallygate.payment.Money;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The members {@code amount} and {@code currency}. Not thread-safe, used for one object. */
final class MoneyFields {

    private final JsonValues<PaymentMember> values;
    private long amount;
    private @Nullable String currency;

    MoneyFields(JsonValues<PaymentMember> values) {
        this.values = values;
    }

    /** Reads a member; the parser stands on its value. */
    void read(PaymentMember member) throws IOException {
        switch (member) {
            case AMOUNT -> {
                amount = values.integer(Money.AMOUNT_RULE);
                values.check(() -> Money.requireAmount(amount));
            }
            case CURRENCY -> {
                String text = values.string();
                if (text != null) {
                    values.check(() -> Money.requireCurrency(text));
                }
                currency = text;
            }
            default -> throw new IllegalArgumentException(member + " is not about money");
        }
    }

    /** Complains of those that are not there. */
    void require() {
        values.require(PaymentMember.AMOUNT);
        values.require(PaymentMember.CURRENCY);
    }

    /** What was read, of which nothing was complained. */
    Money money() {
        return new Money(amount, Objects.requireNonNull(currency));
    }
}
