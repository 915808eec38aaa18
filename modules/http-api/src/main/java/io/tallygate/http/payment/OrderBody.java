package io.tallygate.http.payment;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.payment.PaymentOrder;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An order to pay as a caller sends it. Not thread-safe, used for one object. */
final class OrderBody {

    private static final Members<PaymentMember> KNOWN = Members.of(PaymentMember.ORDER_ID, PaymentMember.PAYER,
            PaymentMember.PAYEE, PaymentMember.AMOUNT, PaymentMember.CURRENCY);

    private final JsonValues<PaymentMember> values;
    private final MoneyFields money;
    private @Nullable String orderId;
    private @Nullable String payer;
    private @Nullable String payee;

    private OrderBody(JsonParser in) {
        this.values = new JsonValues<>(in, null);
        this.money = new MoneyFields(values);
    }

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static PaymentOrder read(JsonParser in) throws IOException {
        return new OrderBody(in).read();
    }

    private PaymentOrder read() throws IOException {
        for (PaymentMember member = values.next(KNOWN); member != null; member = values.next(KNOWN)) {
            readMember(member);
        }
        values.require(PaymentMember.ORDER_ID);
        values.require(PaymentMember.PAYER);
        values.require(PaymentMember.PAYEE);
        money.require();
        String from = payer;
        String to = payee;
        if (from != null && to != null) {
            values.check(() -> PaymentOrder.requireTwoAccounts(from, to));
        }
        values.throwIfAny();
        return new PaymentOrder(Objects.requireNonNull(orderId), Objects.requireNonNull(payer),
                Objects.requireNonNull(payee), money.money());
    }

    private void readMember(PaymentMember member) throws IOException {
        switch (member) {
            case ORDER_ID -> orderId = values.id();
            case PAYER -> payer = values.id();
            case PAYEE -> payee = values.id();
            default -> money.read(member);
        }
    }
}
