package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is to be reset, as a caller asked for it.
 *
 * @param quotaType null for all
 * @param requestId the caller's name for it, by which a repetition is known
 */
record ResetBody(@Nullable String quotaType, @Nullable String requestId) {

    private static final MemberNames KNOWN = MemberNames.of("quota_type", "request_id")
            .orElsewhere("idempotency_key", "request_id");
    private static final int QUOTA_TYPE = 1;
    private static final int REQUEST_ID = 1 << 1;

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static ResetBody read(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        String quotaType = null;
        String requestId = null;
        for (String name = values.next(); name != null; name = values.next()) {
            switch (name) {
                case "quota_type" -> {
                    if (values.given(name, QUOTA_TYPE)) {
                        quotaType = values.string(name);
                        values.requireId(name, quotaType);
                    }
                }
                case "request_id" -> {
                    if (values.given(name, REQUEST_ID)) {
                        requestId = values.string(name);
                        values.requireId(name, requestId);
                    }
                }
                default -> values.unknown(name, KNOWN);
            }
        }
        values.throwIfAny();
        return new ResetBody(quotaType, requestId);
    }
}
