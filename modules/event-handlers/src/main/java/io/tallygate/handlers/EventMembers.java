package io.tallygate.handlers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.tallygate.event.Event;
import io.tallygate.event.Payload;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of an event's data, which is one JSON object. What breaks a rule is an {@link InvalidInputException} that names
 * the member as {@code data.NAME}. Members that nobody asks for are ignored.
 */
public final class EventMembers {

    private static final String DATA = "data";
    private static final int DEPTH_MAX = 32;
    private static final int NUMBER_CHARACTERS_MAX = 100;
    private static final int NAME_CHARACTERS_MAX = 1_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARACTERS_MAX).maxNameLength(NAME_CHARACTERS_MAX).build())
            // Names come from callers: an interned one would stay for the life of the process.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** @param text of a string or a number as it came; what else the value is, for people */
    private record Value(JsonToken token, String text) {}

    private final Map<String, Value> members;

    private EventMembers(Map<String, Value> members) {
        this.members = members;
    }

    /**
     * Reads an event's data.
     *
     * @throws InvalidInputException when it is not one JSON object
     */
    public static EventMembers of(Event event) {
        Payload data = event.data();
        if (data == null || !data.isJson()) {
            throw new InvalidInputException(DATA, "", "must be a JSON object");
        }
        try (JsonParser in = JSON.createParser(data.bytes())) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidInputException(DATA, "", "must be a JSON object");
            }
            return new EventMembers(read(in));
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(DATA, "",
                    "must be well-formed JSON, nested at most " + DEPTH_MAX + " deep");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Value> read(JsonParser in) throws IOException {
        var members = new HashMap<String, Value>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            JsonToken token = in.nextToken();
            String text = switch (token) {
                case START_OBJECT -> "{…}";
                case START_ARRAY -> "[…]";
                default -> in.getText();
            };
            in.skipChildren();
            // A member that is null is as good as absent.
            if (token != JsonToken.VALUE_NULL && members.put(name, new Value(token, text)) != null) {
                throw new InvalidInputException(DATA + '.' + name, text, "must be given once");
            }
        }
        return members;
    }

    /** An identifier: a string of 1 to 256 bytes without control characters. */
    public String id(String name) {
        Value value = required(name);
        if (value.token != JsonToken.VALUE_STRING) {
            throw wrong(name, value, "must be a string");
        }
        Ids.require(DATA + '.' + name, value.text);
        return value.text;
    }

    /** An identifier as {@link #id} has it, which need not be there. */
    public Optional<String> optionalId(String name) {
        return members.containsKey(name) ? Optional.of(id(name)) : Optional.empty();
    }

    /** An identifier that may be an integer, under one of two names; both must be the same where both are there. */
    public String id(String name, String otherName) {
        String one = stringOrInteger(name);
        String other = stringOrInteger(otherName);
        if (one != null && other != null && !one.equals(other)) {
            throw wrong(otherName, required(otherName), "must be the same as " + name);
        }
        String id = one != null ? one : other;
        if (id == null) {
            throw new InvalidInputException(DATA + '.' + name, "", "is required");
        }
        return id;
    }

    private @Nullable String stringOrInteger(String name) {
        Value value = members.get(name);
        if (value == null) {
            return null;
        }
        if (value.token != JsonToken.VALUE_STRING && value.token != JsonToken.VALUE_NUMBER_INT) {
            throw wrong(name, value, "must be a string or an integer");
        }
        Ids.require(DATA + '.' + name, value.text);
        return value.text;
    }

    /** An integer of 64 bits, without fraction or exponent. */
    public long integer(String name) {
        Value value = required(name);
        if (value.token == JsonToken.VALUE_NUMBER_INT) {
            try {
                return Long.parseLong(value.text);
            } catch (NumberFormatException e) {
                throw wrong(name, value, "must be an integer of 64 bits");
            }
        }
        throw wrong(name, value, "must be a JSON integer, without fraction or exponent");
    }

    /** A number's digits as they came. */
    public String number(String name) {
        Value value = required(name);
        if (value.token != JsonToken.VALUE_NUMBER_INT && value.token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw wrong(name, value, "must be a number");
        }
        return value.text;
    }

    private Value required(String name) {
        Value value = members.get(name);
        if (value == null) {
            throw new InvalidInputException(DATA + '.' + name, "", "is required");
        }
        return value;
    }

    private static InvalidInputException wrong(String name, Value value, String rule) {
        return new InvalidInputException(DATA + '.' + name, value.text, rule);
    }
}
