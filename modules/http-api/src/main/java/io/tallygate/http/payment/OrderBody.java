package io.tallygate.http.payment;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.payment.PaymentOrder;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An order to pay as a caller sends it. Not thread-safe, used for one object. */
final class OrderBody {

    private static final MemberNames KNOWN = MemberNames.of("order_id", "payer", "payee", "amount", "currency");
    private static final int ORDER_ID = 1;
    private static final int PAYER = 1 << 1;
    private static final int PAYEE = 1 << 2;

    private final JsonValues values;
    private final MoneyFields money;
    private @Nullable String orderId;
    private @Nullable String payer;
    private @Nullable String payee;

    private OrderBody(JsonParser in) {
        this.values = new JsonValues(in, null);
        this.money = new MoneyFields(values);
    }

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static PaymentOrder read(JsonParser in) throws IOException {
        return new OrderBody(in).read();
    }

    private PaymentOrder read() throws IOException {
        for (String name = values.next(); name != null; name = values.next()) {
            readMember(name);
        }
        values.require("order_id", ORDER_ID);
        values.require("payer", PAYER);
        values.require("payee", PAYEE);
        money.require();
        if (payer != null && payee != null) {
            try {
                PaymentOrder.requireTwoAccounts(payer, payee);
            } catch (InvalidInputException e) {
                values.add(e);
            }
        }
        values.throwIfAny();
        return new PaymentOrder(Objects.requireNonNull(orderId), Objects.requireNonNull(payer),
                Objects.requireNonNull(payee), money.money());
    }

    private void readMember(String name) throws IOException {
        switch (name) {
            case "order_id" -> orderId = id(name, ORDER_ID);
            case "payer" -> payer = id(name, PAYER);
            case "payee" -> payee = id(name, PAYEE);
            default -> {
                if (!money.read(name)) {
                    values.unknown(name, KNOWN);
                }
            }
        }
    }

    private @Nullable String id(String name, int bit) throws IOException {
        if (!values.given(name, bit)) {
            return null;
        }
        String id = values.string(name);
        values.requireId(name, id);
        return id;
    }
}
