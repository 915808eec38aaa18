package io.tallygate.grpc.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.google.protobuf.ByteString;
import io.tallygate.event.Event;
import io.tallygate.event.GroupLag;
import io.tallygate.event.PartitionLag;
import io.tallygate.event.Payload;
import io.tallygate.event.v1.AttributeValue;
import io.tallygate.grpc.InvalidRequestException;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Between messages and the domain's types, with the rules of the contract: events, and how far they are consumed. */
final class EventMessages {

    private static final JsonFactory JSON = JsonFactory.builder()
            // Names come from callers: an interned one would stay for the life of the process.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

    private EventMessages() {}

    /** @throws InvalidRequestException naming each event's first field that breaks a rule */
    static List<Event> events(List<io.tallygate.event.v1.Event> messages) {
        var events = new ArrayList<Event>(messages.size());
        var errors = new ArrayList<InvalidInputException>();
        for (int i = 0; i < messages.size(); i++) {
            try {
                events.add(event(messages.get(i)));
            } catch (InvalidInputException e) {
                errors.add(e.within("events[" + i + "]."));
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidRequestException(errors);
        }
        return events;
    }

    private static Event event(io.tallygate.event.v1.Event message) {
        var attributes = new TreeMap<String, Object>();
        message.getAttributesMap().forEach((name, value) -> attributes.put(name, attribute(name, value)));
        return new Event(message.getId(), message.getSource(), message.getType(),
                message.hasSubject() ? message.getSubject() : null, attributes,
                message.hasData() ? payload(message.getData()) : null);
    }

    private static Object attribute(String name, AttributeValue value) {
        return switch (value.getKindCase()) {
            case TEXT -> value.getText();
            case INTEGER -> value.getInteger();
            case BOOLEAN -> value.getBoolean();
            case KIND_NOT_SET -> throw new InvalidInputException(name, "", "must have a value");
        };
    }

    /** @throws InvalidInputException naming {@code data}, unless it is something, and well-formed where it is JSON */
    static Payload payload(io.tallygate.event.v1.Payload message) {
        return switch (message.getKindCase()) {
            case JSON -> Payload.ofJson(wellFormed(message.getJson()));
            case BINARY -> Payload.ofBytes(message.getBinary().toByteArray());
            case KIND_NOT_SET -> throw new InvalidInputException("data", "", "must be json or binary");
        };
    }

    private static byte[] wellFormed(ByteString json) {
        try (JsonParser in = JSON.createParser(text(json))) {
            if (in.nextToken() != null) {
                in.skipChildren();
                in.finishToken();
                if (in.nextToken() == null) {
                    return json.toByteArray();
                }
            }
        } catch (IOException e) {
            // Told below.
        }
        throw new InvalidInputException("data", "", "must be one well-formed JSON value in UTF-8");
    }

    /** As text, because from bytes a parser would guess the encoding. */
    private static String text(ByteString json) {
        if (!json.isValidUtf8()) {
            throw new InvalidInputException("data", "", "must be one well-formed JSON value in UTF-8");
        }
        return json.toString(StandardCharsets.UTF_8);
    }

    /** @param withData whether it is told whole */
    static io.tallygate.event.v1.Event event(Event event, boolean withData) {
        var message = io.tallygate.event.v1.Event.newBuilder().setId(event.id()).setSource(event.source())
                .setType(event.type());
        String subject = event.subject();
        if (subject != null) {
            message.setSubject(subject);
        }
        event.attributes().forEach((name, value) -> message.putAttributes(name, attribute(value)));
        Payload data = event.data();
        if (withData && data != null) {
            message.setData(payload(data));
        }
        return message.build();
    }

    private static AttributeValue attribute(@Nullable Object value) {
        var message = AttributeValue.newBuilder();
        return (switch (value) {
            case Integer number -> message.setInteger(number);
            case Boolean flag -> message.setBoolean(flag);
            case null, default -> message.setText(String.valueOf(value));
        }).build();
    }

    static io.tallygate.event.v1.Payload payload(Payload data) {
        ByteString bytes = ByteString.copyFrom(data.bytes());
        var message = io.tallygate.event.v1.Payload.newBuilder();
        return (data.isJson() ? message.setJson(bytes) : message.setBinary(bytes)).build();
    }

    static io.tallygate.event.v1.GroupLag lag(GroupLag lag) {
        return io.tallygate.event.v1.GroupLag.newBuilder().setGroup(lag.group()).setStopped(lag.stopped())
                .addAllPartitions(lag.partitions().stream().map(EventMessages::partition).toList()).build();
    }

    private static io.tallygate.event.v1.PartitionLag partition(PartitionLag lag) {
        return io.tallygate.event.v1.PartitionLag.newBuilder().setPartition(lag.partition())
                .setPosition(lag.position()).setEnd(lag.end()).build();
    }
}
