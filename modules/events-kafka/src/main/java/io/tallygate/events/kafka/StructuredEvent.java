package io.tallygate.events.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.event.Event;
import io.tallygate.event.Payload;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An event that is the whole value of a record, in JSON
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md).
 */
final class StructuredEvent {

    private static final String MEDIA_TYPE = "application/cloudevents+json";
    private static final String VALUE = "value";

    private StructuredEvent() {}

    /**
     * Reads one.
     *
     * @param key of an event without a subject
     * @throws InvalidInputException when it is none
     */
    static Event read(String mediaType, byte @Nullable [] value, @Nullable String key) {
        if (!mediaType.equals(MEDIA_TYPE) || value == null) {
            throw new InvalidInputException("content-type", mediaType, "must be " + MEDIA_TYPE + ", with a value");
        }
        try {
            String text = JsonText.text(value);
            try (JsonParser in = JsonText.parser(text)) {
                return read(in, text, key);
            }
        } catch (CharacterCodingException | JsonProcessingException e) {
            throw new InvalidInputException(VALUE, "", "must be one JSON object in UTF-8");
        } catch (IOException e) {
            throw new IllegalStateException("a text cannot be read", e);
        }
    }

    private static Event read(JsonParser in, String text, @Nullable String key) throws IOException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidInputException(VALUE, "", "must be one JSON object in UTF-8");
        }
        var attributes = new TreeMap<String, Object>();
        Payload data = null;
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            switch (name) {
                case "data" -> data = Payload.ofJson(JsonText.raw(in, text).getBytes(UTF_8));
                case "data_base64" -> data = Payload.ofBytes(base64(in));
                default -> {
                    if (token != JsonToken.VALUE_NULL) {
                        attributes.put(name, attribute(in, name));
                    }
                }
            }
        }
        if (!"1.0".equals(attributes.remove("specversion"))) {
            throw new InvalidInputException("specversion", "", "must be 1.0");
        }
        Object subject = attributes.remove("subject");
        return new Event(required(attributes, "id"), required(attributes, "source"), required(attributes, "type"),
                subject == null ? key : subject.toString(), attributes, data);
    }

    private static byte[] base64(JsonParser in) throws IOException {
        try {
            return Base64.getDecoder().decode(in.getText());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("data_base64", "", "must be Base64");
        }
    }

    private static Object attribute(JsonParser in, String name) throws IOException {
        JsonToken token = in.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            return in.getText();
        }
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return token == JsonToken.VALUE_TRUE;
        }
        if (token == JsonToken.VALUE_NUMBER_INT && in.getNumberType() == JsonParser.NumberType.INT) {
            return in.getIntValue();
        }
        throw new InvalidInputException(name, "", "must be a string, an integer of 32 bits or a boolean");
    }

    private static String required(SequencedMap<String, Object> attributes, String name) {
        if (attributes.remove(name) instanceof String text) {
            return text;
        }
        throw new InvalidInputException(name, "", "is required");
    }
}
