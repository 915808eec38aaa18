package io.tallygate.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.counter.CounterKey;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object, read one by one; what breaks a rule is collected, so that a caller hears of all of it
 * at once. Not thread-safe, used for one object.
 */
final class JsonValues {

    private static final String DELTA_RULE = "must be an integer from -2^53 to 2^53, and not 0";

    private final JsonParser in;
    private final @Nullable Place place;
    private @Nullable List<InvalidInputException> errors;
    private int seen;

    /** @param place the object's place in the body; null when it is the body */
    JsonValues(JsonParser in, @Nullable Place place) {
        this.in = in;
        this.place = place;
    }

    /**
     * The name of the next member, the parser then standing on its value; null after the last one.
     */
    @Nullable
    String next() throws IOException {
        String name = in.nextFieldName();
        if (name != null) {
            in.nextToken();
        }
        return name;
    }

    void ignore() throws IOException {
        in.skipChildren();
    }

    /** Notes that a known member was met, and complains when it was before. */
    void once(String field, int bit) {
        if ((seen & bit) != 0) {
            add(new InvalidInputException(field, "", "must be given once"));
        }
        seen |= bit;
    }

    boolean has(int bit) {
        return (seen & bit) != 0;
    }

    /** Complains unless the member was met. */
    void require(String field, int bit) {
        if (!has(bit)) {
            add(new InvalidInputException(field, "", "is required"));
        }
    }

    @Nullable
    String string(String field) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            return in.getText();
        }
        wrong(field, "must be a string");
        return null;
    }

    /** An integer as JSON writes one, without fraction or exponent, in the range of a delta or just outside of it. */
    long delta(String field) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            wrong(field, "must be a JSON integer, without fraction or exponent");
            return 1;
        }
        return switch (in.getNumberType()) {
            case INT, LONG -> in.getLongValue();
            default -> {
                add(new InvalidInputException(field, in.getText(), DELTA_RULE));
                yield 1;
            }
        };
    }

    boolean bool(String field) throws IOException {
        switch (in.currentToken()) {
            case VALUE_TRUE :
                return true;
            case VALUE_FALSE :
                return false;
            default :
                wrong(field, "must be true or false");
                return false;
        }
    }

    /** Complains when it is not an identifier; null was complained about before. */
    void requireId(String field, @Nullable String id) {
        if (id != null) {
            try {
                CounterKey.requireId(field, id);
            } catch (InvalidInputException e) {
                add(e);
            }
        }
    }

    void wrong(String field, String rule) throws IOException {
        add(new InvalidInputException(field, shown(in), rule));
        in.skipChildren();
    }

    void add(InvalidInputException error) {
        if (errors == null) {
            errors = new ArrayList<>();
        }
        errors.add(place == null ? error : error.within(place + "."));
    }

    /** What broke a rule, in the order it was met. */
    List<InvalidInputException> errors() {
        return errors == null ? List.of() : errors;
    }

    void throwIfAny() {
        if (errors != null) {
            throw new ProblemException(Problem.invalid(errors));
        }
    }

    /** The current value as an error shows it. */
    static String shown(JsonParser in) throws IOException {
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
