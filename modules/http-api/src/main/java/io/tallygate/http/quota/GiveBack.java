package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.http.Origin;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.RequestKey;
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

    private static final Members<QuotaMember> REFUND = Members
            .of(QuotaMember.SUBJECT, QuotaMember.USER_ID, QuotaMember.QUOTA_TYPE, QuotaMember.VALUE,
                    QuotaMember.REQUEST_ID, QuotaMember.TIME)
            .orElsewhere("idempotency_key", QuotaMember.REQUEST_ID);
    private static final Members<QuotaMember> TOP_UP = Members
            .of(QuotaMember.QUOTA_TYPE, QuotaMember.VALUE, QuotaMember.REQUEST_ID)
            .orElsewhere("idempotency_key", QuotaMember.REQUEST_ID);

    /** @throws ProblemException naming everything in the body that breaks a rule */
    static GiveBack refund(JsonParser in) throws IOException {
        return read(in, REFUND);
    }

    /** @throws ProblemException naming everything in the body that breaks a rule */
    static GiveBack topUp(JsonParser in) throws IOException {
        return read(in, TOP_UP);
    }

    private static GiveBack read(JsonParser in, Members<QuotaMember> known) throws IOException {
        var values = new JsonValues<QuotaMember>(in, null);
        var wanted = new WantedFields(values, "", false);
        String subject = null;
        String userId = null;
        String requestId = null;
        Instant time = null;
        for (QuotaMember member = values.next(known); member != null; member = values.next(known)) {
            switch (member) {
                case REQUEST_ID -> requestId = values.id();
                case SUBJECT -> subject = values.id();
                case USER_ID -> {
                    userId = values.stringOrInteger();
                    values.requireId(member, userId);
                }
                case TIME -> time = values.parsed(QuotaQueries::instant);
                default -> wanted.read(member);
            }
        }
        wanted.requireValue();
        List<Wanted> one = wanted.required();
        if (known == REFUND && !values.has(QuotaMember.USER_ID)) {
            values.require(QuotaMember.SUBJECT);
        }
        if (subject != null && userId != null && !subject.equals(userId)) {
            values.add(new InvalidInputException("user_id", userId,
                    "must equal subject, of which it is another name, when both are given"));
        }
        values.throwIfAny();
        String named = subject == null ? userId : subject;
        return new GiveBack(named == null ? "" : named, one.getFirst(), time, requestId);
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
