package io.tallygate.http.payment;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.http.Origin;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.payment.Money;
import io.tallygate.payment.RequestKey;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A deposit as a caller sends it.
 *
 * @param requestId the caller's name for it, by which a repetition is known
 */
record DepositBody(Money money, @Nullable String requestId) {

    private static final MemberNames KNOWN = MemberNames.of("amount", "currency", "request_id")
            .orElsewhere("idempotency_key", "request_id");
    private static final int REQUEST_ID = 1;

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static DepositBody read(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        var money = new MoneyFields(values);
        String requestId = null;
        for (String name = values.next(); name != null; name = values.next()) {
            if (name.equals("request_id")) {
                if (values.given(name, REQUEST_ID)) {
                    requestId = values.string(name);
                    values.requireId(name, requestId);
                }
            } else if (!money.read(name)) {
                values.unknown(name, KNOWN);
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
