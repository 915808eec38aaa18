package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.quota.Commitment;
import java.io.IOException;

/**
 * What is to be committed of a reservation, as a caller asked for it.
 *
 * @param reservationId empty over HTTP, where the path names it
 */
record CommitmentBody(String reservationId, Commitment commitment) {

    private static final Members<QuotaMember> KNOWN = Members.of(QuotaMember.VALUE, QuotaMember.QUOTAS,
            QuotaMember.MODE);
    private static final Members<QuotaMember> KNOWN_WITH_ID = Members.of(QuotaMember.RESERVATION_ID, QuotaMember.VALUE,
            QuotaMember.QUOTAS, QuotaMember.MODE);

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static Commitment read(JsonParser in) throws IOException {
        return read(in, KNOWN).commitment;
    }

    /**
     * The same with a {@code reservation_id}.
     *
     * @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule
     */
    static CommitmentBody withId(JsonParser in) throws IOException {
        return read(in, KNOWN_WITH_ID);
    }

    private static CommitmentBody read(JsonParser in, Members<QuotaMember> known) throws IOException {
        var values = new JsonValues<QuotaMember>(in, null);
        String reservationId = null;
        var wanted = new WantedFields(values, "", true);
        boolean force = false;
        for (QuotaMember member = values.next(known); member != null; member = values.next(known)) {
            switch (member) {
                case MODE -> force = force(values);
                case RESERVATION_ID -> reservationId = values.id();
                default -> wanted.read(member);
            }
        }
        if (known == KNOWN_WITH_ID) {
            values.require(QuotaMember.RESERVATION_ID);
        }
        wanted.refuseBoth();
        values.throwIfAny();
        return new CommitmentBody(reservationId == null ? "" : reservationId,
                new Commitment(wanted.value(), wanted.quotas(), force));
    }

    private static boolean force(JsonValues<QuotaMember> values) throws IOException {
        String text = values.string();
        if (text != null && !text.equals("force") && !text.equals("normal")) {
            values.add(new InvalidInputException(values.name(), text, "must be normal or force"));
        }
        return "force".equals(text);
    }
}
