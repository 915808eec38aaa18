package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.quota.Commitment;
import java.io.IOException;

/** What is to be committed of a reservation, as a caller asked for it. */
final class CommitmentBody {

    private static final MemberNames KNOWN = MemberNames.of("value", "quotas", "mode");
    private static final int MODE = 1;

    private CommitmentBody() {}

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static Commitment read(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        var wanted = new WantedFields(in, values, "", true);
        boolean force = false;
        for (String name = values.next(); name != null; name = values.next()) {
            if (name.equals("mode")) {
                if (values.given(name, MODE)) {
                    force = force(values);
                }
            } else if (name.equals("quota_type") || !wanted.read(name)) {
                values.unknown(name, KNOWN);
            }
        }
        wanted.refuseBoth();
        values.throwIfAny();
        return new Commitment(wanted.value(), wanted.quotas(), force);
    }

    private static boolean force(JsonValues values) throws IOException {
        String text = values.string("mode");
        if (text != null && !text.equals("force") && !text.equals("normal")) {
            values.add(new InvalidInputException("mode", text, "must be normal or force"));
        }
        return "force".equals(text);
    }
}
