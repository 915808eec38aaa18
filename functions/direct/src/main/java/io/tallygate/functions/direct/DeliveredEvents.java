package io.tallygate.functions.direct;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.event.Event;
import io.tallygate.event.Payload;
import io.tallygate.http.event.CloudEvents;
import io.tallygate.kernel.InvalidInputException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a record or a message holds, as an event: a CloudEvent in JSON, or one in binary mode, whose attributes are headers,
 * or its data alone, which is known by where it was delivered, or by its own {@code request_id}.
 */
final class DeliveredEvents {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String ATTRIBUTE_PREFIX = "ce_";
    private static final String SPEC_VERSION = "specversion";
    private static final String REQUEST_ID = "request_id";
    private static final String DATA_CONTENT = "content-type";

    private DeliveredEvents() {}

    /**
     * An event, or what is wrong with it.
     *
     * @param flaw  why it cannot be handled; null when nothing is known against it
     * @param event what is known of it
     */
    record Read(Event event, @Nullable InvalidInputException flaw) {}

    /**
     * The topic of events that a queue, or a topic elsewhere, is about: its name, or what it ends with behind a hyphen or a
     * dot, such as {@code payment_events} of {@code prod-payment_events}.
     */
    static Optional<String> topic(String name, Collection<String> topics) {
        return topics.stream().filter(topic -> name.equals(topic) || name.endsWith('-' + topic)
                || name.endsWith('.' + topic)).findFirst();
    }

    /**
     * Reads what was delivered.
     *
     * @param value      what was delivered
     * @param headers    attributes of CloudEvents' binary mode, such as {@code ce_id}, and {@code content-type}
     * @param source     where it comes from, for an event that does not say so
     * @param deliveryId names it there, the same each time that it is delivered
     * @param topic      its type, when it says none
     */
    static Read read(byte[] value, Map<String, String> headers, String source, String deliveryId, String topic) {
        try {
            if (headers.containsKey(ATTRIBUTE_PREFIX + "id")) {
                return new Read(binary(value, headers), null);
            }
            Members members = members(value);
            if (members.specVersion) {
                return new Read(CloudEvents.read(value), null);
            }
            String id = members.requestId == null ? deliveryId : members.requestId;
            return new Read(new Event(id, source, topic, null, new TreeMap<>(), data(value, members.isJson)), null);
        } catch (InvalidInputException flaw) {
            boolean fits = value.length <= Payload.BYTES_MAX;
            return new Read(new Event(deliveryId, source, topic, null, new TreeMap<>(),
                    fits ? Payload.ofBytes(value) : null), flaw);
        }
    }

    private static Payload data(byte[] value, boolean isJson) {
        return isJson ? Payload.ofJson(value) : Payload.ofBytes(value);
    }

    private static Event binary(byte[] value, Map<String, String> headers) {
        var attributes = new TreeMap<String, Object>();
        headers.forEach((name, text) -> {
            if (name.startsWith(ATTRIBUTE_PREFIX)) {
                attributes.put(name.substring(ATTRIBUTE_PREFIX.length()), text);
            }
        });
        if (!"1.0".equals(attributes.remove(SPEC_VERSION))) {
            throw new InvalidInputException(ATTRIBUTE_PREFIX + SPEC_VERSION, "", "must be \"1.0\"");
        }
        String id = taken(attributes, "id");
        String source = taken(attributes, "source");
        String type = taken(attributes, "type");
        Object subject = attributes.remove("subject");
        String contentType = headers.getOrDefault(DATA_CONTENT, "application/json");
        attributes.put(Event.CONTENT_TYPE, contentType);
        boolean json = contentType.toLowerCase(Locale.ROOT).matches("application/([^;]*\\+)?json\\s*(;.*)?");
        if (json && !members(value).isJson) {
            throw new InvalidInputException("data", "", "must be well-formed JSON");
        }
        return new Event(id, source, type, subject == null ? null : subject.toString(), attributes,
                value.length == 0 ? null : data(value, json));
    }

    private static String taken(Map<String, Object> attributes, String name) {
        Object value = attributes.remove(name);
        if (value == null) {
            throw new InvalidInputException(ATTRIBUTE_PREFIX + name, "", "is required");
        }
        return value.toString();
    }

    /** What tells the forms apart. */
    private record Members(boolean isJson, boolean specVersion, @Nullable String requestId) {}

    private static Members members(byte[] value) {
        boolean specVersion = false;
        String requestId = null;
        try (JsonParser in = JSON.createParser(value)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return new Members(false, false, null);
            }
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken token = in.nextToken();
                specVersion |= name.equals(SPEC_VERSION);
                if (name.equals(REQUEST_ID) && token == JsonToken.VALUE_STRING) {
                    requestId = in.getText();
                }
                in.skipChildren();
            }
            return new Members(in.nextToken() == null, specVersion, requestId);
        } catch (JsonProcessingException | CharConversionException e) {
            // Or not UTF-8 by its first bytes.
            return new Members(false, false, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
