package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.http.Place;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch of consumptions as a caller asked for it.
 *
 * @param operations 1 to {@value #OPERATIONS_MAX}, some of them perhaps invalid
 * @param requestId  the caller's name for the batch as a whole, by which a repetition is known
 */
record QuotaBatch(List<QuotaOperation> operations, boolean async, @Nullable String requestId) {

    static final int OPERATIONS_MAX = 1_000;

    private static final MemberNames KNOWN = MemberNames.of("operations", "async", "request_id")
            .orElsewhere("idempotency_key", "request_id");
    private static final int OPERATIONS = 1;
    private static final int ASYNC = 1 << 1;
    private static final int REQUEST_ID = 1 << 2;

    /** @throws ProblemException when the batch as a whole cannot be taken */
    static QuotaBatch read(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        var operations = new ArrayList<QuotaOperation>();
        boolean async = false;
        String requestId = null;
        for (String name = values.next(); name != null; name = values.next()) {
            switch (name) {
                case "operations" -> {
                    if (values.given(name, OPERATIONS)) {
                        values.list(name, OPERATIONS_MAX, place -> operations.add(readOperation(in, place)));
                    }
                }
                case "async" -> {
                    if (values.given(name, ASYNC)) {
                        async = values.bool(name);
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
        values.requireList("operations", OPERATIONS);
        values.throwIfAny();
        return new QuotaBatch(operations, async, requestId);
    }

    private static QuotaOperation readOperation(JsonParser in, Place place) throws IOException {
        if (in.currentToken() == JsonToken.START_OBJECT) {
            return QuotaOperation.item(in, place);
        }
        var error = new InvalidInputException(place.toString(), JsonValues.shown(in), "must be an object");
        in.skipChildren();
        return QuotaOperation.invalid(List.of(error));
    }
}
