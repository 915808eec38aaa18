package io.tallygate.http.ratelimit;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.util.Objects;

/** The body that names a lease. */
final class LeaseBody {

    /** The most characters in a lease's id, which is as long as it has limits. */
    static final int LENGTH_MAX = 8_192;

    private static final MemberNames KNOWN = MemberNames.of("lease_id");
    private static final int LEASE_ID = 1;

    private LeaseBody() {}

    /** @throws io.tallygate.http.ProblemException when it is not there or too long */
    static String read(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        String lease = null;
        for (String name = values.next(); name != null; name = values.next()) {
            if (!name.equals("lease_id")) {
                values.unknown(name, KNOWN);
            } else if (values.given(name, LEASE_ID)) {
                lease = values.string(name);
            }
        }
        values.require("lease_id", LEASE_ID);
        if (lease != null && (lease.isEmpty() || lease.length() > LENGTH_MAX)) {
            values.add(new InvalidInputException("lease_id", lease, "must be 1 to " + LENGTH_MAX + " characters"));
        }
        values.throwIfAny();
        return Objects.requireNonNull(lease);
    }
}
