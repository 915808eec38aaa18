package io.tallygate.http.counter;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.http.ProblemException;
import io.tallygate.ledger.RowKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A list of counters that a caller asks for. */
final class CounterQueries {

    private enum Member {
        QUERIES
    }

    private enum CounterMember {
        RESOURCE_ID,
        COUNTER_TYPE
    }

    private static final Members<Member> KNOWN = Members.all(Member.class);
    private static final Members<CounterMember> KNOWN_OF_COUNTER = Members.all(CounterMember.class);

    private CounterQueries() {}

    /** @throws ProblemException naming everything in the body that breaks a rule */
    static List<RowKey> read(JsonParser in) throws IOException {
        var values = new JsonValues<Member>(in, null);
        var counters = new ArrayList<RowKey>();
        while (values.next(KNOWN) != null) {
            values.list(Increment.REQUEST_MAX, place -> values.object(place, query(counters)));
        }
        values.requireList(Member.QUERIES);
        values.throwIfAny();
        return counters;
    }

    /**
     * Reads one counter's name, which is all of the document.
     *
     * @throws ProblemException naming everything in it that breaks a rule
     */
    static RowKey single(JsonParser in) throws IOException {
        var values = new JsonValues<CounterMember>(in, null);
        RowKey counter = readCounter(values);
        values.throwIfAny();
        return Objects.requireNonNull(counter);
    }

    private static JsonValues.ObjectReader<CounterMember> query(List<RowKey> counters) {
        return values -> {
            RowKey counter = readCounter(values);
            if (counter != null) {
                counters.add(counter);
            }
        };
    }

    private static @Nullable RowKey readCounter(JsonValues<CounterMember> values) throws IOException {
        String resourceId = null;
        String counterType = null;
        for (CounterMember member = values.next(KNOWN_OF_COUNTER); member != null; member = values
                .next(KNOWN_OF_COUNTER)) {
            switch (member) {
                case RESOURCE_ID -> resourceId = values.string();
                case COUNTER_TYPE -> counterType = values.string();
            }
        }
        values.require(CounterMember.RESOURCE_ID);
        values.require(CounterMember.COUNTER_TYPE);
        values.requireId(CounterMember.RESOURCE_ID, resourceId);
        values.requireId(CounterMember.COUNTER_TYPE, counterType);
        return resourceId == null || counterType == null || !values.errors().isEmpty()
                ? null
                : CounterKey.of(resourceId, counterType);
    }
}
