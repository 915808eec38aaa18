package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.http.Origin;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.quota.RequestKey;
import io.tallygate.quota.Wanted;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A refund or a top-up as a caller asked for it.
 *
 * @param subject   empty in a top-up, whose path names it
 * @param time      to which periods a refund belongs; null for now
 * @param requestId the caller's name for it, by which a repetition is known
 */
record GiveBack(String subject, Wanted wanted, @Nullable Instant time, @Nullable String requestId) {

    private static final MemberNames REFUND = MemberNames
            .of("subject", "user_id", "quota_type", "value", "request_id", "time")
            .orElsewhere("idempotency_key", "request_id");
    private static final MemberNames TOP_UP = MemberNames.of("quota_type", "value", "request_id")
            .orElsewhere("idempotency_key", "request_id");
    private static final int SUBJECT = 1;
    private static final int USER_ID = 1 << 1;
    private static final int REQUEST_ID = 1 << 2;
    private static final int TIME = 1 << 3;

    /** @throws ProblemException naming everything in the body that breaks a rule */
    static GiveBack refund(JsonParser in) throws IOException {
        return read(in, true);
    }

    /** @throws ProblemException naming everything in the body that breaks a rule */
    static GiveBack topUp(JsonParser in) throws IOException {
        return read(in, false);
    }

    private static GiveBack read(JsonParser in, boolean refund) throws IOException {
        var values = new JsonValues(in, null);
        var wanted = new WantedFields(in, values, "", false);
        String subject = null;
        String userId = null;
        String requestId = null;
        Instant time = null;
        for (String name = values.next(); name != null; name = values.next()) {
            if (name.equals("request_id")) {
                if (values.given(name, REQUEST_ID)) {
                    requestId = values.string(name);
                    values.requireId(name, requestId);
                }
            } else if (refund && name.equals("subject")) {
                if (values.given(name, SUBJECT)) {
                    subject = values.string(name);
                    values.requireId(name, subject);
                }
            } else if (refund && name.equals("user_id")) {
                if (values.given(name, USER_ID)) {
                    userId = values.stringOrInteger(name);
                    values.requireId(name, userId);
                }
            } else if (refund && name.equals("time")) {
                if (values.given(name, TIME)) {
                    time = time(values);
                }
            } else if (name.equals("quotas") || !wanted.read(name)) {
                values.unknown(name, refund ? REFUND : TOP_UP);
            }
        }
        wanted.requireValue();
        List<Wanted> one = wanted.required();
        if (refund && !values.has(USER_ID)) {
            values.require("subject", SUBJECT);
        }
        if (subject != null && userId != null && !subject.equals(userId)) {
            values.add(new InvalidInputException("user_id", userId,
                    "must equal subject, of which it is another name, when both are given"));
        }
        values.throwIfAny();
        String named = subject == null ? userId : subject;
        return new GiveBack(named == null ? "" : named, one.getFirst(), time, requestId);
    }

    private static @Nullable Instant time(JsonValues values) throws IOException {
        String text = values.string("time");
        if (text != null) {
            try {
                return QuotaQueries.instant("time", text);
            } catch (InvalidInputException e) {
                values.add(e);
            }
        }
        return null;
    }

    /**
     * The key by which a repetition is known. Without one a repetition would give back twice.
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
