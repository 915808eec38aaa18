package io.tallygate.http.counter;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.counter.BatchItem;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.http.Place;
import io.tallygate.http.Problem;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.RowKey;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A single increment as a caller asked for it.
 *
 * @param async whether the caller does not wait for the commit
 */
record RequestedIncrement(BatchItem item, boolean async) {

    /** Reads the body of a single increment. */
    static RequestedIncrement single(JsonParser in) throws IOException {
        var fields = new Fields(in, null, false);
        return new RequestedIncrement(fields.read(), fields.async);
    }

    /** Reads an item of a batch; the parser stands on its opening brace. */
    static BatchItem item(JsonParser in, @Nullable Place place) throws IOException {
        return new Fields(in, place, true).read();
    }

    /** @throws ProblemException when it breaks a rule */
    static BatchItem.Valid valid(BatchItem item) {
        return switch (item) {
            case BatchItem.Valid valid -> valid;
            case BatchItem.Invalid(var errors) -> throw new ProblemException(Problem.invalid(errors));
        };
    }

    /** The members read so far. */
    private static final class Fields {

        private static final MemberNames KNOWN = MemberNames
                .of("resource_id", "counter_type", "delta", "increment", "user_id", "async", "request_id")
                .orElsewhere("idempotency_key", "request_id");
        private static final String DELTA_RULE = "must be an integer from -2^53 to 2^53, and not 0";
        private static final RowKey ANY_COUNTER = CounterKey.of("-", "-");
        private static final int RESOURCE_ID = 1;
        private static final int COUNTER_TYPE = 1 << 1;
        private static final int DELTA = 1 << 2;
        private static final int INCREMENT = 1 << 3;
        private static final int USER_ID = 1 << 4;
        private static final int ASYNC = 1 << 5;
        private static final int REQUEST_ID = 1 << 6;

        private final JsonValues values;
        private final boolean inBatch;
        private @Nullable String resourceId;
        private @Nullable String counterType;
        private @Nullable String requestId;
        private @Nullable String userId;
        private long delta = 1;
        private long increment = 1;
        private boolean async;

        Fields(JsonParser in, @Nullable Place place, boolean inBatch) {
            this.values = new JsonValues(in, place);
            this.inBatch = inBatch;
        }

        BatchItem read() throws IOException {
            for (String name = values.next(); name != null; name = values.next()) {
                readMember(name);
            }
            Change.Add checked = checked();
            return checked == null
                    ? new BatchItem.Invalid(values.errors())
                    : new BatchItem.Valid(checked, requestId, userId);
        }

        private void readMember(String name) throws IOException {
            switch (name) {
                case "resource_id" -> {
                    if (values.given(name, RESOURCE_ID)) {
                        resourceId = values.string(name);
                    }
                }
                case "counter_type" -> {
                    if (values.given(name, COUNTER_TYPE)) {
                        counterType = values.string(name);
                    }
                }
                case "delta" -> {
                    if (values.given(name, DELTA)) {
                        delta = values.integer(name, DELTA_RULE);
                    }
                }
                case "increment" -> {
                    if (values.given(name, INCREMENT)) {
                        increment = values.integer(name, DELTA_RULE);
                    }
                }
                case "user_id" -> {
                    if (values.given(name, USER_ID)) {
                        userId = values.string(name);
                        values.requireId(name, userId);
                    }
                }
                case "request_id" -> {
                    if (values.given(name, REQUEST_ID)) {
                        requestId = values.string(name);
                        values.requireId(name, requestId);
                    }
                }
                case "async" -> readAsync(name);
                default -> values.unknown(name, KNOWN);
            }
        }

        /** In a batch it is the batch that is asynchronous or not. */
        private void readAsync(String name) throws IOException {
            if (inBatch) {
                values.ignore();
            } else if (values.given(name, ASYNC)) {
                async = values.bool(name);
            }
        }

        private Change.@Nullable Add checked() {
            values.require("resource_id", RESOURCE_ID);
            values.require("counter_type", COUNTER_TYPE);
            if (values.has(DELTA) && values.has(INCREMENT) && delta != increment) {
                values.add(new InvalidInputException("increment", Long.toString(increment),
                        "must equal delta, of which it is another name, when both are given"));
            }
            long amount = values.has(DELTA) ? delta : increment;
            if (resourceId != null && counterType != null) {
                try {
                    var checked = Increment.of(CounterKey.of(resourceId, counterType), amount);
                    return values.errors().isEmpty() ? checked : null;
                } catch (InvalidInputException e) {
                    // It names the first complaint; below, the caller gets to hear all of them.
                }
            }
            values.requireId("resource_id", resourceId);
            values.requireId("counter_type", counterType);
            requireDelta(amount);
            return null;
        }

        private void requireDelta(long amount) {
            try {
                var _ = Increment.of(ANY_COUNTER, amount);
            } catch (InvalidInputException e) {
                values.add(new InvalidInputException(values.has(DELTA) ? "delta" : "increment", e.value(), e.rule()));
            }
        }
    }
}
