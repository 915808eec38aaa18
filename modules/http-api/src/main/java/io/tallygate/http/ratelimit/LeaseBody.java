package io.tallygate.http.ratelimit;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.util.Objects;

/** The body that names a lease. */
final class LeaseBody {

    /** The most characters in a lease's id, which is as long as it has limits. */
    static final int LENGTH_MAX = 8_192;

    private enum Member {
        LEASE_ID
    }

    private static final Members<Member> KNOWN = Members.all(Member.class);

    private LeaseBody() {}

    /** @throws io.tallygate.http.ProblemException when it is not there or too long */
    static String read(JsonParser in) throws IOException {
        var values = new JsonValues<Member>(in, null);
        String lease = null;
        while (values.next(KNOWN) != null) {
            lease = values.string();
        }
        values.require(Member.LEASE_ID);
        if (lease != null && (lease.isEmpty() || lease.length() > LENGTH_MAX)) {
            values.add(new InvalidInputException("lease_id", lease, "must be 1 to " + LENGTH_MAX + " characters"));
        }
        values.throwIfAny();
        return Objects.requireNonNull(lease);
    }
}
