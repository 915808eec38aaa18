package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.http.Place;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.quota.Datum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Plans and subjects' settings as callers send them. The domain reads what is in them; here they become a {@link Datum}, and a
 * member that is misspelt or given twice is complained of. Members of other names are left out.
 */
final class DefinitionBody {

    private static final Form LIMIT = Form.of("quota_type", "limit", "per", "anchor", "hard", "grace", "scale");
    private static final Form PLAN = Form.of("time_zone", "limits");
    private static final Form SUBJECT = Form.of("plan", "overrides", "anchor");

    private DefinitionBody() {}

    /** The members that an object has. */
    private record Form(Set<String> members, MemberNames names) {

        static Form of(String... members) {
            return new Form(Set.of(members), MemberNames.of(members));
        }
    }

    /** @throws io.tallygate.http.ProblemException naming members that are misspelt or given twice */
    static Datum plan(JsonParser in) throws IOException {
        return document(in, PLAN, "limits");
    }

    /** @throws io.tallygate.http.ProblemException naming members that are misspelt or given twice */
    static Datum subject(JsonParser in) throws IOException {
        return document(in, SUBJECT, "overrides");
    }

    private static Datum document(JsonParser in, Form form, String limits) throws IOException {
        var values = new JsonValues(in, null);
        Datum document = members(values, form, name -> name.equals(limits) && in.currentToken() == JsonToken.START_ARRAY
                ? limits(in, name, values)
                : datum(in));
        values.throwIfAny();
        return document;
    }

    /** Reads a member's value; the parser stands on it. */
    @FunctionalInterface
    private interface MemberReader {
        Datum read(String name) throws IOException;
    }

    private static Datum members(JsonValues values, Form form, MemberReader reader) throws IOException {
        var members = new LinkedHashMap<String, Datum>();
        for (String name = values.next(); name != null; name = values.next()) {
            if (!form.members.contains(name)) {
                values.unknown(name, form.names);
            } else if (members.put(name, reader.read(name)) != null) {
                values.add(new InvalidInputException(name, "", "must be given once"));
            }
        }
        return new Datum.Members(members);
    }

    private static Datum limits(JsonParser in, String list, JsonValues document) throws IOException {
        var items = new ArrayList<Datum>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == JsonToken.START_OBJECT) {
                var values = new JsonValues(in, new Place(list, items.size()));
                items.add(members(values, LIMIT, _ -> datum(in)));
                values.errors().forEach(document::add);
            } else {
                items.add(datum(in));
            }
        }
        return new Datum.Items(items);
    }

    /** Any value. What stands where the domain expects something else need not be kept whole, only its kind. */
    private static Datum datum(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_STRING -> new Datum.Text(in.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Datum.Numeral(in.getText());
            case VALUE_TRUE -> new Datum.Flag(true);
            case VALUE_FALSE -> new Datum.Flag(false);
            case START_ARRAY -> {
                in.skipChildren();
                yield new Datum.Items(List.of());
            }
            case START_OBJECT -> {
                in.skipChildren();
                yield new Datum.Members(Map.of());
            }
            default -> new Datum.Nothing();
        };
    }
}
