package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is to be reset, as a caller asked for it.
 *
 * @param quotaType null for all
 * @param requestId the caller's name for it, by which a repetition is known
 */
record ResetBody(@Nullable String quotaType, @Nullable String requestId) {

    private enum Member {
        QUOTA_TYPE,
        REQUEST_ID
    }

    private static final Members<Member> KNOWN = Members.all(Member.class)
            .orElsewhere("idempotency_key", Member.REQUEST_ID);

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static ResetBody read(JsonParser in) throws IOException {
        var values = new JsonValues<Member>(in, null);
        String quotaType = null;
        String requestId = null;
        for (Member member = values.next(KNOWN); member != null; member = values.next(KNOWN)) {
            switch (member) {
                case QUOTA_TYPE -> quotaType = values.id();
                case REQUEST_ID -> requestId = values.id();
            }
        }
        values.throwIfAny();
        return new ResetBody(quotaType, requestId);
    }
}
