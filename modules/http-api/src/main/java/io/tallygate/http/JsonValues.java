package io.tallygate.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object, read one by one, as the caller's code has them in its hands:
 *
 * <pre>{@code
 * for (Member member = values.next(KNOWN); member != null; member = values.next(KNOWN)) {
 *     switch (member) {
 *         case SUBJECT -> subject = values.id();
 *         case TTL -> ttl = values.parsed(Holding::ttl);
 *     }
 * }
 * values.require(Member.SUBJECT);
 * values.throwIfAny();
 * }</pre>
 *
 * <p>What breaks a rule is collected, so that a caller hears of all of it at once. Not thread-safe, used for one object.
 *
 * @param <M> what its members are
 */
public final class JsonValues<M extends Enum<M>> {

    /** How many complaints about one element of a list are collected; a body may have as many as it has elements. */
    private static final int ERRORS_OF_ELEMENT_MAX = 16;
    private static final int ERRORS_MAX = 1000;
    /** How many unknown names of one object are compared with the known ones. */
    private static final int UNKNOWN_MAX = 16;

    private final JsonParser in;
    private final @Nullable Place place;
    private @Nullable List<InvalidInputException> errors;
    private @Nullable String unknownList;
    private int seen;
    private int present;
    private int unknown;

    /** @param place the object's place in the body; null when it is the body */
    public JsonValues(JsonParser in, @Nullable Place place) {
        this.in = in;
        this.place = place;
    }

    /**
     * The next member that has a value, the parser then standing on it; null after the last one. To be null is to be absent.
     * On the way it complains of a member that was there before, and passes over names that are not known, of which it
     * complains when a known one was probably meant.
     */
    @Nullable
    public M next(Members<M> known) throws IOException {
        M member = nextOccurrence(known);
        while (member != null && !known.isOther(member) && !given(member)) {
            member = nextOccurrence(known);
        }
        return member;
    }

    /** The same, however often the member was there before, and whether it is null or not. */
    @Nullable
    public M nextOccurrence(Members<M> known) throws IOException {
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            M member = known.find(name);
            if (member != null) {
                return member;
            } else if (known.passesOver(name)) {
                in.skipChildren();
            } else {
                passOver(name, known.names());
            }
        }
        return null;
    }

    private void passOver(String name, MemberNames known) throws IOException {
        if (unknown++ < UNKNOWN_MAX) {
            String meant = known.meantBy(name);
            if (meant != null) {
                add(new InvalidInputException(name, shown(in), "is not known; did you mean \"" + meant + "\"?"));
            } else if (unknownList == null && in.currentToken() == JsonToken.START_ARRAY) {
                unknownList = name;
            }
        }
        in.skipChildren();
    }

    /** Notes that a member was met, and complains when it was before. Returns whether it has a value. */
    private boolean given(M member) throws IOException {
        int bit = bit(member);
        if ((seen & bit) != 0) {
            add(new InvalidInputException(name(), "", "must be given once"));
        }
        seen |= bit;
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return false;
        }
        present |= bit;
        return true;
    }

    // The bits of one object live no longer than its reader.
    @SuppressWarnings("EnumOrdinal")
    private static int bit(Enum<?> member) {
        return 1 << member.ordinal();
    }

    /** The name of the member on whose value the parser stands. */
    public String name() throws IOException {
        return in.currentName();
    }

    /** Whether the member was met with a value. */
    public boolean has(M member) {
        return (present & bit(member)) != 0;
    }

    /** Complains unless the member was met with a value. */
    public void require(M member) {
        if ((seen & bit(member)) == 0) {
            add(new InvalidInputException(Members.name(member), "", "is required"));
        } else if (!has(member)) {
            add(new InvalidInputException(Members.name(member), "null", "is required, and must not be null"));
        }
    }

    /** The same for the list that a body is about, for which another name may have been taken. */
    public void requireList(M member) {
        if ((seen & bit(member)) == 0 && unknownList != null) {
            add(new InvalidInputException(Members.name(member), "",
                    "is required; did you mean it by \"" + unknownList + "\"?"));
        } else {
            require(member);
        }
    }

    /** A string; null after a complaint. */
    @Nullable
    public String string() throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            return in.getText();
        }
        wrong("must be a string");
        return null;
    }

    /** An identifier; null after a complaint that it is no string. */
    @Nullable
    public String id() throws IOException {
        String id = string();
        if (id != null) {
            try {
                Ids.require(name(), id);
            } catch (InvalidInputException e) {
                add(e);
            }
        }
        return id;
    }

    /** Makes a value of a member's text. */
    @FunctionalInterface
    public interface Parser<T> {

        /**
         * Makes it.
         *
         * @throws InvalidInputException naming the field, when the text breaks a rule
         */
        T parse(String field, String text);
    }

    /** What is made of a string; null after a complaint. */
    public <T> @Nullable T parsed(Parser<T> parser) throws IOException {
        String text = string();
        if (text != null) {
            try {
                return parser.parse(name(), text);
            } catch (InvalidInputException e) {
                add(e);
            }
        }
        return null;
    }

    /**
     * An integer as JSON writes one, without fraction or exponent; 1 after a complaint.
     *
     * @param rule what would be right in place of an integer that has more than 64 bits
     */
    public long integer(String rule) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            wrong("must be a JSON integer, without fraction or exponent");
            return 1;
        }
        return switch (in.getNumberType()) {
            case INT, LONG -> in.getLongValue();
            default -> {
                add(new InvalidInputException(name(), in.getText(), rule));
                yield 1;
            }
        };
    }

    /** A number's text as it came; null after a complaint. */
    @Nullable
    public String number() throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NUMBER_INT || in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            return in.getText();
        }
        wrong("must be a number");
        return null;
    }

    /** The text of a string or of an integer; null after a complaint. */
    @Nullable
    public String stringOrInteger() throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING || in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return in.getText();
        }
        wrong("must be a string or an integer");
        return null;
    }

    /**
     * Passes over an object, and complains when it is none or too large.
     *
     * @param bytesMax the most bytes that it may have in the body, from brace to brace
     */
    public void smallObject(int bytesMax) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            wrong("must be an object");
            return;
        }
        String field = name();
        long start = in.currentTokenLocation().getByteOffset();
        in.skipChildren();
        long bytes = in.currentLocation().getByteOffset() - start;
        if (bytes > bytesMax) {
            add(new InvalidInputException(field, "{…}", "must be at most " + bytesMax + " bytes of JSON"));
        }
    }

    /** A boolean; false after a complaint. */
    public boolean bool() throws IOException {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> {
                wrong("must be true or false");
                yield false;
            }
        };
    }

    /** Reads one element of a list; the parser stands on it. */
    @FunctionalInterface
    public interface ElementReader {
        void read(Place place) throws IOException;
    }

    /** An array of 1 to {@code max} elements, of which no more are read. */
    public void list(int max, ElementReader reader) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            wrong("must be an array");
            return;
        }
        String field = name();
        int count = 0;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (count < max) {
                reader.read(new Place(field, count));
            } else {
                in.skipChildren();
            }
            count++;
        }
        if (count == 0 || count > max) {
            add(new InvalidInputException(field, "[" + count + " elements]", "must have 1 to " + max + " elements"));
        }
    }

    /** Reads the members of an object. */
    @FunctionalInterface
    public interface ObjectReader<N extends Enum<N>> {
        void read(JsonValues<N> values) throws IOException;
    }

    /** An element of a list that is an object; what breaks a rule in it is collected here. */
    public <N extends Enum<N>> void object(Place element, ObjectReader<N> reader) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            wrong(element.toString(), "must be an object");
            return;
        }
        var values = new JsonValues<N>(in, element);
        reader.read(values);
        values.errors().forEach(this::add);
    }

    /** Complains when it is not an identifier; null was complained about before. */
    public void requireId(M member, @Nullable String id) {
        if (id != null) {
            try {
                Ids.require("", id);
            } catch (InvalidInputException e) {
                add(new InvalidInputException(Members.name(member), e.value(), e.rule()));
            }
        }
    }

    /** Complains of what a rule throws. */
    public void check(Runnable rule) {
        try {
            rule.run();
        } catch (InvalidInputException e) {
            add(e);
        }
    }

    /** Complains of the member on whose value the parser stands, and passes over it. */
    public void wrong(String rule) throws IOException {
        wrong(name(), rule);
    }

    /** The same for what is called so, a member or an element of a list. */
    public void wrong(String field, String rule) throws IOException {
        add(new InvalidInputException(field, shown(in), rule));
        in.skipChildren();
    }

    public void add(InvalidInputException error) {
        if (errors == null) {
            errors = new ArrayList<>();
        }
        if (errors.size() < (place == null ? ERRORS_MAX : ERRORS_OF_ELEMENT_MAX)) {
            errors.add(place == null ? error : error.within(place + "."));
        }
    }

    /** What broke a rule, in the order it was met. */
    public List<InvalidInputException> errors() {
        return errors == null ? List.of() : errors;
    }

    public void throwIfAny() {
        if (errors != null) {
            throw new ProblemException(Problem.invalid(errors));
        }
    }

    /** The current value as an error shows it. */
    public static String shown(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return "{…}";
        } else if (token == JsonToken.START_ARRAY) {
            return "[…]";
        }
        String text = in.getText();
        return text == null ? "" : text;
    }
}
