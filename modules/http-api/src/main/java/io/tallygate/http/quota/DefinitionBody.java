package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.http.Place;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.quota.Datum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plans and subjects' settings as callers send them. The domain reads what is in them; here they become a {@link Datum}, and a
 * member that is misspelt or given twice is complained of. Members of other names are left out.
 */
final class DefinitionBody {

    private enum Member {
        TIME_ZONE,
        LIMITS,
        PLAN,
        OVERRIDES,
        ANCHOR,
        QUOTA_TYPE,
        LIMIT,
        PER,
        HARD,
        GRACE,
        SCALE
    }

    private static final Members<Member> OF_LIMIT = Members.of(Member.QUOTA_TYPE, Member.LIMIT, Member.PER,
            Member.ANCHOR, Member.HARD, Member.GRACE, Member.SCALE);
    private static final Members<Member> OF_PLAN = Members.of(Member.TIME_ZONE, Member.LIMITS);
    private static final Members<Member> OF_SUBJECT = Members.of(Member.PLAN, Member.OVERRIDES, Member.ANCHOR);

    private DefinitionBody() {}

    /** @throws io.tallygate.http.ProblemException naming members that are misspelt or given twice */
    static Datum plan(JsonParser in) throws IOException {
        return document(in, OF_PLAN, Member.LIMITS);
    }

    /** @throws io.tallygate.http.ProblemException naming members that are misspelt or given twice */
    static Datum subject(JsonParser in) throws IOException {
        return document(in, OF_SUBJECT, Member.OVERRIDES);
    }

    private static Datum document(JsonParser in, Members<Member> known, Member limits) throws IOException {
        var values = new JsonValues<Member>(in, null);
        Datum document = members(values, known, member -> member == limits
                && in.currentToken() == JsonToken.START_ARRAY ? limits(in, values) : datum(in));
        values.throwIfAny();
        return document;
    }

    /** Reads a member's value; the parser stands on it. */
    @FunctionalInterface
    private interface MemberReader {
        Datum read(Member member) throws IOException;
    }

    private static Datum members(JsonValues<Member> values, Members<Member> known, MemberReader reader)
            throws IOException {
        var members = new LinkedHashMap<String, Datum>();
        for (Member member = values.nextOccurrence(known); member != null; member = values.nextOccurrence(known)) {
            String name = values.name();
            if (members.put(name, reader.read(member)) != null) {
                values.add(new InvalidInputException(name, "", "must be given once"));
            }
        }
        return new Datum.Members(members);
    }

    private static Datum limits(JsonParser in, JsonValues<Member> document) throws IOException {
        String list = document.name();
        var items = new ArrayList<Datum>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == JsonToken.START_OBJECT) {
                var values = new JsonValues<Member>(in, new Place(list, items.size()));
                items.add(members(values, OF_LIMIT, _ -> datum(in)));
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
