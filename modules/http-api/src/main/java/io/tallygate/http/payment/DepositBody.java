package io.tallygate.http.payment;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.http.Origin;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.payment.Money;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A deposit as a caller sends it.
 *
 * @param requestId the caller's name for it, by which a repetition is known
 */
record DepositBody(Money money, @Nullable String requestId) {

    private static final Members<PaymentMember> KNOWN = Members
            .of(PaymentMember.AMOUNT, PaymentMember.CURRENCY, PaymentMember.REQUEST_ID)
            .orElsewhere("idempotency_key", PaymentMember.REQUEST_ID);

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static DepositBody read(JsonParser in) throws IOException {
        var values = new JsonValues<PaymentMember>(in, null);
        var money = new MoneyFields(values);
        String requestId = null;
        for (PaymentMember member = values.next(KNOWN); member != null; member = values.next(KNOWN)) {
            switch (member) {
                case REQUEST_ID -> requestId = values.id();
                default -> money.read(member);
            }
        }
        money.require();
        values.throwIfAny();
        return new DepositBody(money.money(), requestId);
    }

    /**
     * The key by which a repetition is known. Without one a repetition would bring the money in twice.
     *
     * @throws InvalidInputException when there is none, or the request has two that differ
     */
    RequestKey key(Origin origin) {
        String name = origin.key(requestId);
        if (name == null) {
            throw new InvalidInputException("request_id", "",
                    "is required, here or as the header " + Origin.KEY_HEADER);
        }
        return new RequestKey(origin.caller(), name);
    }
}
