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
 * The members of one JSON object, read one by one; what breaks a rule is collected, so that a caller hears of all of it
 * at once. Not thread-safe, used for one object.
 */
public final class JsonValues {

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
     * The name of the next member, the parser then standing on its value; null after the last one.
     */
    @Nullable
    public String next() throws IOException {
        String name = in.nextFieldName();
        if (name != null) {
            in.nextToken();
        }
        return name;
    }

    public void ignore() throws IOException {
        in.skipChildren();
    }

    /** Passes over a member that is not known, and complains when it was probably meant to be one that is. */
    public void unknown(String name, MemberNames known) throws IOException {
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

    /**
     * Notes that a known member was met, and complains when it was before. Returns whether it has a value: to be null is
     * to be absent.
     */
    public boolean given(String field, int bit) {
        if ((seen & bit) != 0) {
            add(new InvalidInputException(field, "", "must be given once"));
        }
        seen |= bit;
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return false;
        }
        present |= bit;
        return true;
    }

    /** Whether the member was met with a value. */
    public boolean has(int bit) {
        return (present & bit) != 0;
    }

    /** Complains unless the member was met with a value. */
    public void require(String field, int bit) {
        if ((seen & bit) == 0) {
            add(new InvalidInputException(field, "", "is required"));
        } else if (!has(bit)) {
            add(new InvalidInputException(field, "null", "is required, and must not be null"));
        }
    }

    /** The same for the list that a body is about, for which another name may have been taken. */
    public void requireList(String field, int bit) {
        if ((seen & bit) == 0 && unknownList != null) {
            add(new InvalidInputException(field, "", "is required; did you mean it by \"" + unknownList + "\"?"));
        } else {
            require(field, bit);
        }
    }

    @Nullable
    public String string(String field) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            return in.getText();
        }
        wrong(field, "must be a string");
        return null;
    }

    /**
     * An integer as JSON writes one, without fraction or exponent; 1 after a complaint.
     *
     * @param rule what would be right in place of an integer that has more than 64 bits
     */
    public long integer(String field, String rule) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            wrong(field, "must be a JSON integer, without fraction or exponent");
            return 1;
        }
        return switch (in.getNumberType()) {
            case INT, LONG -> in.getLongValue();
            default -> {
                add(new InvalidInputException(field, in.getText(), rule));
                yield 1;
            }
        };
    }

    /** A number's text as it came; null after a complaint. */
    @Nullable
    public String number(String field) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NUMBER_INT || in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            return in.getText();
        }
        wrong(field, "must be a number");
        return null;
    }

    /** The text of a string or of an integer; null after a complaint. */
    @Nullable
    public String stringOrInteger(String field) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING || in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return in.getText();
        }
        wrong(field, "must be a string or an integer");
        return null;
    }

    /**
     * Passes over an object, and complains when it is none or too large.
     *
     * @param bytesMax the most bytes that it may have in the body, from brace to brace
     */
    public void smallObject(String field, int bytesMax) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            wrong(field, "must be an object");
            return;
        }
        long start = in.currentTokenLocation().getByteOffset();
        in.skipChildren();
        long bytes = in.currentLocation().getByteOffset() - start;
        if (bytes > bytesMax) {
            add(new InvalidInputException(field, "{…}", "must be at most " + bytesMax + " bytes of JSON"));
        }
    }

    public boolean bool(String field) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> {
                wrong(field, "must be true or false");
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
    public void list(String field, int max, ElementReader reader) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            wrong(field, "must be an array");
            return;
        }
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

    /** Complains when it is not an identifier; null was complained about before. */
    public void requireId(String field, @Nullable String id) {
        if (id != null) {
            try {
                Ids.require(field, id);
            } catch (InvalidInputException e) {
                add(e);
            }
        }
    }

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
