package io.tallygate.quota;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * The members of one object of a document, read by name. A member that is absent, null or wrong is empty; about a wrong one
 * there is a complaint.
 */
final class Fields {

    private final Map<String, Datum> members;
    private final boolean isObject;
    private final String path;
    private final Complaints complaints;

    private Fields(Map<String, Datum> members, boolean isObject, String path, Complaints complaints) {
        this.members = members;
        this.isObject = isObject;
        this.path = path;
        this.complaints = complaints;
    }

    /**
     * Those of a value that should be an object; none and a complaint when it is something else.
     *
     * @param path the value's name in the document, such as {@code limits[3]}; empty for the document
     */
    static Fields of(Datum datum, String path, Complaints complaints) {
        if (datum instanceof Datum.Members(Map<String, Datum> members)) {
            return new Fields(members, true, path.isEmpty() ? "" : path + '.', complaints);
        }
        complaints.add(path.isEmpty() ? "document" : path, datum.shown(), "must be an object");
        return new Fields(Map.of(), false, path, complaints);
    }

    Complaints complaints() {
        return complaints;
    }

    /** The member's name in the document. */
    String path(String name) {
        return path + name;
    }

    boolean given(String name) {
        return members.containsKey(name) && !(members.get(name) instanceof Datum.Nothing);
    }

    /** Complains when there is no such member, but not about an object that is none. */
    Fields require(String name) {
        if (isObject && !given(name)) {
            complaints.add(path(name), "", "is required");
        }
        return this;
    }

    /** Complains of every member that is not one of these. */
    void refuseOthersThan(Set<String> known) {
        for (String name : members.keySet()) {
            if (!known.contains(name)) {
                complaints.add(path(name), name, "is none of the members here, which are " + new TreeSet<>(known));
            }
        }
    }

    Optional<String> string(String name) {
        return member(name, Datum.Text.class, "must be a string").map(Datum.Text::text);
    }

    /** @param parser from the member's name in the document and its text; what it complains of is kept */
    <T> Optional<T> string(String name, BiFunction<String, String, T> parser) {
        return string(name).flatMap(text -> complaints.hear(() -> parser.apply(path(name), text)));
    }

    Optional<Amount> amount(String name) {
        return member(name, Datum.Numeral.class, "must be a number")
                .flatMap(number -> complaints.hear(() -> Amount.parse(path(name), number.text())));
    }

    Optional<Boolean> flag(String name) {
        return member(name, Datum.Flag.class, "must be true or false").map(Datum.Flag::flag);
    }

    Optional<List<Datum>> items(String name) {
        return member(name, Datum.Items.class, "must be an array").map(Datum.Items::items);
    }

    Optional<Map<String, Datum>> members(String name) {
        return member(name, Datum.Members.class, "must be an object").map(Datum.Members::members);
    }

    private <T extends Datum> Optional<T> member(String name, Class<T> kind, String rule) {
        Datum datum = members.get(name);
        if (datum == null || datum instanceof Datum.Nothing) {
            return Optional.empty();
        }
        if (!kind.isInstance(datum)) {
            complaints.add(path(name), datum.shown(), rule);
            return Optional.empty();
        }
        return Optional.of(kind.cast(datum));
    }
}
