package io.tallygate.http.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.tallygate.event.Event;
import io.tallygate.event.Events;
import io.tallygate.event.Payload;
import io.tallygate.http.JsonBody;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.http.PathIds;
import io.tallygate.http.Place;
import io.tallygate.http.Problem;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads events: as one CloudEvent in JSON, as a batch of them, in binary mode, where attributes are headers and the body is
 * the data (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md), or as
 * {@code {"events":[…]}}.
 */
final class EventDocuments {

    static final String STRUCTURED = "application/cloudevents+json";
    static final String BATCH = "application/cloudevents-batch+json";
    private static final String PLAIN = "application/json";
    private static final String ATTRIBUTE_PREFIX = "ce-";
    private static final String SPEC_VERSION = "specversion";
    private static final String SPEC_VERSION_RULE = "must be \"1.0\"";

    private enum BodyMember {
        EVENTS
    }

    private enum ItemMember {
        ID,
        KEY,
        TYPE,
        DATA,
        TIME
    }

    private static final Members<BodyMember> BODY = Members.all(BodyMember.class);
    private static final Members<ItemMember> ITEM = Members.all(ItemMember.class).orElsewhere("subject",
            ItemMember.KEY);

    private EventDocuments() {}

    /**
     * What a request holds.
     *
     * @param single whether it is one event, and not a list that may be of one
     */
    record Requested(boolean single, List<RequestedEvent> events) {}

    /**
     * Reads a request.
     *
     * @param topic  the type of events that say none
     * @param caller the name of the caller's token; empty when there are none
     * @throws ProblemException when it cannot be taken as a whole
     */
    static Requested read(HttpRequest<?> request, byte[] body, String topic, String caller) {
        String contentType = request.getHeaders().get(HttpHeaders.CONTENT_TYPE);
        String mediaType = contentType == null ? "" : mediaType(contentType);
        if (mediaType.equals(STRUCTURED)) {
            return JsonBody.readSource(request, body,
                    (in, source) -> new Requested(true, List.of(cloudEvent(in, source, null))));
        }
        if (mediaType.equals(BATCH)) {
            return JsonBody.readArray(request, body, EventDocuments::batch);
        }
        if (request.getHeaders().contains(ATTRIBUTE_PREFIX + SPEC_VERSION)
                || request.getHeaders().contains(ATTRIBUTE_PREFIX + "id")) {
            return new Requested(true, List.of(binary(request, body, contentType, mediaType)));
        }
        if (mediaType.equals(PLAIN)) {
            String source = caller.isEmpty() ? "urn:tallygate:caller" : "urn:tallygate:caller:" + caller;
            return JsonBody.readSource(request, body, (in, bytes) -> plain(in, bytes, topic, source));
        }
        throw new ProblemException(Problem.unsupportedMediaType("the Content-Type must be " + STRUCTURED + ", " + BATCH
                + " or " + PLAIN + ", or the attributes of the event must be in headers such as ce-id"));
    }

    private static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static Requested batch(JsonParser in, byte[] source) throws IOException {
        var events = new ArrayList<RequestedEvent>();
        int count = 0;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            var place = new Place("", count++);
            if (count > Events.APPEND_MAX) {
                in.skipChildren();
            } else {
                events.add(in.currentToken() == JsonToken.START_OBJECT
                        ? cloudEvent(in, source, place)
                        : noObject(in, place));
            }
        }
        if (count == 0 || count > Events.APPEND_MAX) {
            throw new InvalidInputException("body", "[" + count + " elements]",
                    "must have 1 to " + Events.APPEND_MAX + " elements");
        }
        return new Requested(false, events);
    }

    private static RequestedEvent noObject(JsonParser in, Place place) throws IOException {
        var error = new InvalidInputException(place.toString(), JsonValues.shown(in), "must be an object");
        in.skipChildren();
        return RequestedEvent.invalid(List.of(error));
    }

    private static RequestedEvent cloudEvent(JsonParser in, byte[] source, @Nullable Place place) throws IOException {
        return new CloudEventMembers(in, source, place).read();
    }

    private static Requested plain(JsonParser in, byte[] source, String topic, String sourceOfEvents)
            throws IOException {
        var values = new JsonValues<BodyMember>(in, null);
        var events = new ArrayList<RequestedEvent>();
        while (values.next(BODY) != null) {
            values.list(Events.APPEND_MAX, place -> events.add(in.currentToken() == JsonToken.START_OBJECT
                    ? item(in, source, place, topic, sourceOfEvents)
                    : noObject(in, place)));
        }
        values.requireList(BodyMember.EVENTS);
        values.throwIfAny();
        return new Requested(false, events);
    }

    private static RequestedEvent item(JsonParser in, byte[] source, Place place, String topic, String sourceOfEvents)
            throws IOException {
        var values = new JsonValues<ItemMember>(in, place);
        String id = null;
        String key = null;
        String type = topic;
        Payload data = null;
        var attributes = new TreeMap<String, Object>();
        for (ItemMember member = values.next(ITEM); member != null; member = values.next(ITEM)) {
            switch (member) {
                case ID -> id = values.string();
                case KEY -> key = values.string();
                case TYPE -> type = Objects.requireNonNullElse(values.string(), topic);
                case DATA -> data = Payload.ofJson(JsonBody.raw(in, source));
                case TIME -> {
                    String time = values.string();
                    if (time != null) {
                        attributes.put(Event.TIME, time);
                    }
                }
            }
        }
        values.require(ItemMember.ID);
        values.requireId(ItemMember.KEY, key);
        return event(values, id, sourceOfEvents, type, key, attributes, data);
    }

    /** The event, unless its members break a rule, of which one more is found when it is made. */
    static RequestedEvent event(JsonValues<?> values, @Nullable String id, @Nullable String source,
            @Nullable String type,
            @Nullable String subject, SequencedMap<String, Object> attributes, @Nullable Payload data) {
        if (values.errors().isEmpty() && id != null && source != null && type != null) {
            try {
                return RequestedEvent.of(new Event(id, source, type, subject, attributes, data));
            } catch (InvalidInputException e) {
                values.add(e);
            }
        }
        return RequestedEvent.invalid(values.errors());
    }

    private static RequestedEvent binary(HttpRequest<?> request, byte[] body, @Nullable String contentType,
            String mediaType) {
        var errors = new ArrayList<InvalidInputException>();
        var attributes = new TreeMap<String, Object>();
        if (contentType != null) {
            attributes.put(Event.CONTENT_TYPE, contentType);
        }
        for (String header : request.getHeaders().names()) {
            String name = header.toLowerCase(Locale.ROOT);
            if (name.startsWith(ATTRIBUTE_PREFIX)) {
                List<String> values = request.getHeaders().getAll(header);
                try {
                    if (values.size() != 1) {
                        throw new InvalidInputException(name, String.join(", ", values), "must be given once");
                    }
                    attributes.put(name.substring(ATTRIBUTE_PREFIX.length()), PathIds.decode(name, values.getFirst()));
                } catch (InvalidInputException e) {
                    errors.add(e);
                }
            }
        }
        if (!"1.0".equals(attributes.remove(SPEC_VERSION))) {
            errors.add(new InvalidInputException(ATTRIBUTE_PREFIX + SPEC_VERSION, "", SPEC_VERSION_RULE));
        }
        boolean json = mediaType.equals(PLAIN) || mediaType.endsWith("+json");
        byte[] data = JsonBody.data(request, body, json);
        @Nullable
        Payload payload = data.length == 0 ? null : json ? Payload.ofJson(data) : Payload.ofBytes(data);
        String id = taken(attributes, "id", errors);
        String source = taken(attributes, "source", errors);
        String type = taken(attributes, "type", errors);
        Object subject = attributes.remove("subject");
        if (errors.isEmpty()) {
            try {
                return RequestedEvent.of(new Event(id, source, type, subject == null ? null : subject.toString(),
                        attributes, payload));
            } catch (InvalidInputException e) {
                errors.add(e.field().equals("data") ? e : e.within(ATTRIBUTE_PREFIX));
            }
        }
        return RequestedEvent.invalid(errors);
    }

    private static String taken(SequencedMap<String, Object> attributes, String name,
            List<InvalidInputException> errors) {
        Object value = attributes.remove(name);
        if (value == null) {
            errors.add(new InvalidInputException(ATTRIBUTE_PREFIX + name, "", "is required"));
        }
        return value == null ? "" : value.toString();
    }

    /** The members of one CloudEvent in JSON. */
    static final class CloudEventMembers {

        private enum Member {
            ID,
            SOURCE,
            TYPE,
            SUBJECT,
            SPECVERSION,
            DATA,
            DATA_BASE64,
            ATTRIBUTE
        }

        private static final Members<Member> KNOWN = Members.of(Member.ID, Member.SOURCE, Member.TYPE, Member.SUBJECT,
                Member.SPECVERSION, Member.DATA, Member.DATA_BASE64).orElse(Member.ATTRIBUTE);

        private final JsonParser in;
        private final byte[] body;
        private final JsonValues<Member> values;
        private final TreeMap<String, Object> attributes = new TreeMap<>();
        private @Nullable String id;
        private @Nullable String source;
        private @Nullable String type;
        private @Nullable String subject;
        private @Nullable Payload data;

        CloudEventMembers(JsonParser in, byte[] body, @Nullable Place place) {
            this.in = in;
            this.body = body;
            this.values = new JsonValues<>(in, place);
        }

        RequestedEvent read() throws IOException {
            for (Member member = values.next(KNOWN); member != null; member = values.next(KNOWN)) {
                switch (member) {
                    case ID -> id = values.string();
                    case SOURCE -> source = values.string();
                    case TYPE -> type = values.string();
                    case SUBJECT -> subject = values.string();
                    case SPECVERSION -> readVersion();
                    case DATA -> data = Payload.ofJson(JsonBody.raw(in, body));
                    case DATA_BASE64 -> readBase64();
                    case ATTRIBUTE -> readAttribute(values.name());
                }
            }
            values.require(Member.SPECVERSION);
            values.require(Member.ID);
            values.require(Member.SOURCE);
            values.require(Member.TYPE);
            if (values.has(Member.DATA) && values.has(Member.DATA_BASE64)) {
                values.add(new InvalidInputException("data_base64", "", "must not be given beside data"));
            }
            return event(values, id, source, type, subject, attributes, data);
        }

        private void readVersion() throws IOException {
            String version = values.string();
            if (version != null && !version.equals("1.0")) {
                values.add(new InvalidInputException(SPEC_VERSION, version, SPEC_VERSION_RULE));
            }
        }

        private void readBase64() throws IOException {
            String text = values.string();
            if (text != null) {
                try {
                    data = Payload.ofBytes(Base64.getDecoder().decode(text));
                } catch (IllegalArgumentException e) {
                    values.add(new InvalidInputException(values.name(), text, "must be Base64"));
                }
            }
        }

        private void readAttribute(String name) throws IOException {
            Object value = switch (in.currentToken()) {
                case VALUE_STRING -> in.getText();
                case VALUE_NUMBER_INT -> in.getNumberType() == JsonParser.NumberType.INT ? in.getIntValue() : null;
                case VALUE_TRUE -> true;
                case VALUE_FALSE -> false;
                case VALUE_NULL -> "";
                default -> null;
            };
            if (value == null) {
                values.wrong(name, "must be a string, an integer of 32 bits or a boolean, as attributes of events are");
            } else if (in.currentToken() != JsonToken.VALUE_NULL && attributes.put(name, value) != null) {
                values.add(new InvalidInputException(name, "", "must be given once"));
            }
        }
    }
}
