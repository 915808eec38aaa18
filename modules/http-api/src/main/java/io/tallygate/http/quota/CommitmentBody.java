package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.quota.Commitment;
import java.io.IOException;

/**
 * What is to be committed of a reservation, as a caller asked for it.
 *
 * @param reservationId empty over HTTP, where the path names it
 */
record CommitmentBody(String reservationId, Commitment commitment) {

    private static final MemberNames KNOWN = MemberNames.of("value", "quotas", "mode");
    private static final MemberNames KNOWN_WITH_ID = MemberNames.of("reservation_id", "value", "quotas", "mode");
    private static final int MODE = 1;
    private static final int RESERVATION_ID = 1 << 1;

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static Commitment read(JsonParser in) throws IOException {
        return read(in, false).commitment;
    }

    /**
     * The same with a {@code reservation_id}.
     *
     * @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule
     */
    static CommitmentBody withId(JsonParser in) throws IOException {
        return read(in, true);
    }

    private static CommitmentBody read(JsonParser in, boolean withId) throws IOException {
        var values = new JsonValues(in, null);
        String reservationId = null;
        var wanted = new WantedFields(in, values, "", true);
        boolean force = false;
        for (String name = values.next(); name != null; name = values.next()) {
            if (name.equals("mode")) {
                if (values.given(name, MODE)) {
                    force = force(values);
                }
            } else if (withId && name.equals("reservation_id")) {
                if (values.given(name, RESERVATION_ID)) {
                    reservationId = values.string(name);
                    values.requireId(name, reservationId);
                }
            } else if (name.equals("quota_type") || !wanted.read(name)) {
                values.unknown(name, withId ? KNOWN_WITH_ID : KNOWN);
            }
        }
        if (withId) {
            values.require("reservation_id", RESERVATION_ID);
        }
        wanted.refuseBoth();
        values.throwIfAny();
        return new CommitmentBody(reservationId == null ? "" : reservationId,
                new Commitment(wanted.value(), wanted.quotas(), force));
    }

    private static boolean force(JsonValues values) throws IOException {
        String text = values.string("mode");
        if (text != null && !text.equals("force") && !text.equals("normal")) {
            values.add(new InvalidInputException("mode", text, "must be normal or force"));
        }
        return "force".equals(text);
    }
}
