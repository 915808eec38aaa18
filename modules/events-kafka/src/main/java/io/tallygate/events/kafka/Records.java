package io.tallygate.events.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.event.Delivery;
import io.tallygate.event.Event;
import io.tallygate.event.Payload;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Sha256;
import java.time.Instant;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Events as records of Kafka: attributes are headers, data is the value
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md, binary mode), and the
 * subject is the record's key. Reads what others write, too: structured mode, and records that are data alone.
 */
final class Records {

    private static final String PREFIX = "ce_";
    private static final String CONTENT_TYPE = "content-type";
    private static final String SPEC_VERSION = "specversion";
    private static final String ID = "id";
    private static final String SOURCE = "source";
    private static final String TYPE = "type";
    private static final String SUBJECT = "subject";
    private static final String VERSION = "1.0";
    /** Says whether data is JSON, where the content type says something else or nothing. */
    private static final String DATA = "tallygate_data";
    private static final String JSON = "json";
    private static final String BYTES = "bytes";
    /** Of a record's frame and of each header, about. */
    private static final int BYTES_AROUND = 16;

    private Records() {}

    static ProducerRecord<byte[], byte[]> of(String topic, Event event) {
        String subject = event.subject();
        Payload data = event.data();
        var record = new ProducerRecord<>(topic, subject == null ? null : subject.getBytes(UTF_8),
                data == null ? null : data.bytes());
        Headers headers = record.headers();
        add(headers, PREFIX + SPEC_VERSION, VERSION);
        add(headers, PREFIX + ID, event.id());
        add(headers, PREFIX + SOURCE, event.source());
        add(headers, PREFIX + TYPE, event.type());
        if (subject != null) {
            add(headers, PREFIX + SUBJECT, subject);
        }
        event.attributes().forEach((name, value) -> add(headers,
                name.equals(Event.CONTENT_TYPE) ? CONTENT_TYPE : PREFIX + name, value.toString()));
        if (data != null && data.isJson() != isJson(text(headers, CONTENT_TYPE))) {
            add(headers, DATA, data.isJson() ? JSON : BYTES);
        }
        return record;
    }

    static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }

    /** The value of the last header of this name; null for none. */
    static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        String type = mediaType(contentType);
        return type.equals("application/json") || type.endsWith("+json");
    }

    private static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** How much memory a record takes, about. */
    static int size(ProducerRecord<byte[], byte[]> record) {
        int size = BYTES_AROUND + length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            size += BYTES_AROUND + header.key().length() + length(header.value());
        }
        return size;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** What a record says, also one that is no event. */
    static Delivery read(ConsumerRecord<byte[], byte[]> record) {
        // A producer may write whatever time it likes.
        Instant appendedAt = Instant.ofEpochMilli(Math.max(0, record.timestamp()));
        Event event;
        InvalidInputException flaw = null;
        try {
            event = event(record);
        } catch (InvalidInputException e) {
            flaw = e;
            event = unreadable(record);
        }
        return new Delivery(record.topic(), record.partition(), record.offset(), appendedAt, event, flaw);
    }

    private static Event event(ConsumerRecord<byte[], byte[]> record) {
        Headers headers = record.headers();
        String contentType = text(headers, CONTENT_TYPE);
        if (contentType != null && mediaType(contentType).startsWith("application/cloudevents")) {
            return StructuredEvent.read(mediaType(contentType), record.value(), subject(record.key()));
        }
        var attributes = new TreeMap<String, Object>();
        String version = null;
        String id = null;
        String source = null;
        String type = null;
        String subject = null;
        for (Header header : headers) {
            if (header.key().startsWith(PREFIX) && header.value() != null) {
                String name = header.key().substring(PREFIX.length());
                var value = new String(header.value(), UTF_8);
                switch (name) {
                    case SPEC_VERSION -> version = value;
                    case ID -> id = value;
                    case SOURCE -> source = value;
                    case TYPE -> type = value;
                    case SUBJECT -> subject = value;
                    default -> attributes.put(name, value);
                }
            }
        }
        if (contentType != null) {
            attributes.put(Event.CONTENT_TYPE, contentType);
        }
        Payload data = data(headers, contentType, record.value());
        if (id == null && version == null) {
            attributes.keySet().retainAll(Set.of(Event.CONTENT_TYPE));
            return plain(record, attributes, data);
        }
        if (!VERSION.equals(version)) {
            throw new InvalidInputException(PREFIX + SPEC_VERSION, "", "must be " + VERSION);
        }
        return new Event(required(id, ID), required(source, SOURCE), required(type, TYPE),
                subject == null ? subject(record.key()) : subject, attributes, data);
    }

    private static String required(@Nullable String value, String name) {
        if (value == null) {
            throw new InvalidInputException(PREFIX + name, "", "is required");
        }
        return value;
    }

    private static @Nullable Payload data(Headers headers, @Nullable String contentType, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        if (value.length > Payload.BYTES_MAX) {
            throw new InvalidInputException("data", value.length + " bytes",
                    "must be at most " + Payload.BYTES_MAX + " bytes");
        }
        String said = text(headers, DATA);
        boolean json = said == null ? isJson(contentType) : said.equals(JSON);
        return json && JsonText.isWellFormed(value) ? Payload.ofJson(value) : Payload.ofBytes(value);
    }

    /** A record without any attribute of an event is data alone, and what names it is where it was first appended. */
    private static Event plain(ConsumerRecord<byte[], byte[]> record, SequencedMap<String, Object> attributes,
            @Nullable Payload data) {
        Place place = DeadLetterRecords.origin(record);
        return new Event(place.id(), place.source(), record.topic(), subject(record.key()), attributes, data);
    }

    /** What a dead letter holds of a record that is no event: its key, and its bytes where there is room for them. */
    private static Event unreadable(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        return plain(record, new TreeMap<>(),
                value == null || value.length > Payload.BYTES_MAX ? null : Payload.ofBytes(value));
    }

    /** By what a record is ordered; a digest for a key that is no identifier. */
    private static @Nullable String subject(byte @Nullable [] key) {
        if (key == null) {
            return null;
        }
        String text = new String(key, UTF_8);
        try {
            Ids.require("key", text);
            // What is not UTF-8 has a character in its place that other bytes have, too.
            return text.indexOf('\uFFFD') < 0 ? text : "sha256:" + Sha256.base64url(key);
        } catch (InvalidInputException e) {
            return "sha256:" + Sha256.base64url(key);
        }
    }

    /** Where a record is, and when it came there. */
    record Place(String topic, String partition, String offset, String timestamp) {

        static Place of(ConsumerRecord<?, ?> record) {
            return new Place(record.topic(), Integer.toString(record.partition()), Long.toString(record.offset()),
                    Long.toString(record.timestamp()));
        }

        /** The time tells it from one at the same place of a topic made anew. */
        String id() {
            return partition + '-' + offset + '-' + timestamp;
        }

        String source() {
            return "urn:kafka:" + topic;
        }
    }
}
