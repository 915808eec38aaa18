package io.tallygate.http.counter;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.http.Place;
import io.tallygate.http.ProblemException;
import io.tallygate.ledger.RowKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A list of counters that a caller asks for. */
final class CounterQueries {

    private static final MemberNames KNOWN = MemberNames.of("queries");
    private static final MemberNames KNOWN_OF_COUNTER = MemberNames.of("resource_id", "counter_type");
    private static final int QUERIES = 1;
    private static final int RESOURCE_ID = 1;
    private static final int COUNTER_TYPE = 1 << 1;

    private CounterQueries() {}

    /** @throws ProblemException naming everything in the body that breaks a rule */
    static List<RowKey> read(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        var counters = new ArrayList<RowKey>();
        for (String name = values.next(); name != null; name = values.next()) {
            if (!name.equals("queries")) {
                values.unknown(name, KNOWN);
            } else if (values.given(name, QUERIES)) {
                values.list(name, Increment.REQUEST_MAX, place -> readQuery(in, place, values, counters));
            }
        }
        values.requireList("queries", QUERIES);
        values.throwIfAny();
        return counters;
    }

    /**
     * Reads one counter's name, which is all of the document.
     *
     * @throws ProblemException naming everything in it that breaks a rule
     */
    static RowKey single(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        RowKey counter = readCounter(values);
        values.throwIfAny();
        return Objects.requireNonNull(counter);
    }

    private static void readQuery(JsonParser in, Place place, JsonValues body, List<RowKey> counters)
            throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            body.wrong(place.toString(), "must be an object");
            return;
        }
        var values = new JsonValues(in, place);
        RowKey counter = readCounter(values);
        if (counter != null) {
            counters.add(counter);
        }
        values.errors().forEach(body::add);
    }

    private static @Nullable RowKey readCounter(JsonValues values) throws IOException {
        String resourceId = null;
        String counterType = null;
        for (String name = values.next(); name != null; name = values.next()) {
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
                default -> values.unknown(name, KNOWN_OF_COUNTER);
            }
        }
        values.require("resource_id", RESOURCE_ID);
        values.require("counter_type", COUNTER_TYPE);
        values.requireId("resource_id", resourceId);
        values.requireId("counter_type", counterType);
        return resourceId == null || counterType == null || !values.errors().isEmpty()
                ? null
                : CounterKey.of(resourceId, counterType);
    }
}
