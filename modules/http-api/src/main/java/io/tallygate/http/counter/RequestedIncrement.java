package io.tallygate.http.counter;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.counter.BatchItem;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
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
        var fields = new Fields(in, null);
        return new RequestedIncrement(fields.read(Fields.OF_A_REQUEST), fields.async);
    }

    /** Reads an item of a batch; the parser stands on its opening brace. */
    static BatchItem item(JsonParser in, @Nullable Place place) throws IOException {
        return new Fields(in, place).read(Fields.OF_AN_ITEM);
    }

    /** @throws ProblemException when it breaks a rule */
    static BatchItem.Valid valid(BatchItem item) {
        return switch (item) {
            case BatchItem.Valid valid -> valid;
            case BatchItem.Invalid(var errors) -> throw new ProblemException(Problem.invalid(errors));
        };
    }

    private enum Member {
        RESOURCE_ID,
        COUNTER_TYPE,
        DELTA,
        INCREMENT,
        USER_ID,
        ASYNC,
        REQUEST_ID
    }

    /** The members read so far. */
    private static final class Fields {

        private static final Members<Member> OF_A_REQUEST = Members.all(Member.class)
                .orElsewhere("idempotency_key", Member.REQUEST_ID);
        /** In a batch it is the batch that is asynchronous or not. */
        private static final Members<Member> OF_AN_ITEM = OF_A_REQUEST.passingOver(Member.ASYNC);
        private static final String DELTA_RULE = "must be an integer from -2^53 to 2^53, and not 0";
        private static final RowKey ANY_COUNTER = CounterKey.of("-", "-");

        private final JsonValues<Member> values;
        private @Nullable String resourceId;
        private @Nullable String counterType;
        private @Nullable String requestId;
        private @Nullable String userId;
        private long delta = 1;
        private long increment = 1;
        private boolean async;

        Fields(JsonParser in, @Nullable Place place) {
            this.values = new JsonValues<>(in, place);
        }

        BatchItem read(Members<Member> known) throws IOException {
            for (Member member = values.next(known); member != null; member = values.next(known)) {
                readMember(member);
            }
            Change.Add checked = checked();
            return checked == null
                    ? new BatchItem.Invalid(values.errors())
                    : new BatchItem.Valid(checked, requestId, userId);
        }

        private void readMember(Member member) throws IOException {
            switch (member) {
                case RESOURCE_ID -> resourceId = values.string();
                case COUNTER_TYPE -> counterType = values.string();
                case DELTA -> delta = values.integer(DELTA_RULE);
                case INCREMENT -> increment = values.integer(DELTA_RULE);
                case USER_ID -> userId = values.id();
                case ASYNC -> async = values.bool();
                case REQUEST_ID -> requestId = values.id();
            }
        }

        private Change.@Nullable Add checked() {
            values.require(Member.RESOURCE_ID);
            values.require(Member.COUNTER_TYPE);
            if (values.has(Member.DELTA) && values.has(Member.INCREMENT) && delta != increment) {
                values.add(new InvalidInputException("increment", Long.toString(increment),
                        "must equal delta, of which it is another name, when both are given"));
            }
            long amount = values.has(Member.DELTA) ? delta : increment;
            if (resourceId != null && counterType != null) {
                try {
                    var checked = Increment.of(CounterKey.of(resourceId, counterType), amount);
                    return values.errors().isEmpty() ? checked : null;
                } catch (InvalidInputException e) {
                    // It names the first complaint; below, the caller gets to hear all of them.
                }
            }
            values.requireId(Member.RESOURCE_ID, resourceId);
            values.requireId(Member.COUNTER_TYPE, counterType);
            requireDelta(amount);
            return null;
        }

        private void requireDelta(long amount) {
            try {
                var _ = Increment.of(ANY_COUNTER, amount);
            } catch (InvalidInputException e) {
                values.add(new InvalidInputException(values.has(Member.DELTA) ? "delta" : "increment", e.value(),
                        e.rule()));
            }
        }
    }
}
