package io.tallygate.events.kafka;

import io.tallygate.event.DeadLetter;
import io.tallygate.events.kafka.Records.Place;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Copies of dead letters: the event as it came, and one family of headers that says where it was and why it died. Nothing of an
 * earlier death is copied, so that an event that was sent back and dies again has no more headers than before.
 */
final class DeadLetterRecords {

    private static final String SUFFIX = "_dlq";
    private static final String PREFIX = "tallygate_dlq_";
    private static final String TOPIC = PREFIX + "topic";
    private static final String PARTITION = PREFIX + "partition";
    private static final String OFFSET = PREFIX + "offset";
    private static final String TIMESTAMP = PREFIX + "timestamp";

    /** What Spring for Apache Kafka writes; numbers are big-endian there. */
    private static final String SPRING_TOPIC = "kafka_dlt-original-topic";
    private static final String SPRING_PARTITION = "kafka_dlt-original-partition";
    private static final String SPRING_OFFSET = "kafka_dlt-original-offset";
    private static final String SPRING_TIMESTAMP = "kafka_dlt-original-timestamp";

    private static final Pattern TOPIC_NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,19}");

    private DeadLetterRecords() {}

    static String topic(String topic) {
        return topic + SUFFIX;
    }

    static ProducerRecord<byte[], byte[]> of(DeadLetter letter) {
        ProducerRecord<byte[], byte[]> record = Records.of(topic(letter.topic()), letter.event());
        Headers headers = record.headers();
        Records.add(headers, PREFIX + "id", letter.id());
        Records.add(headers, TOPIC, letter.topic());
        Records.add(headers, PARTITION, Integer.toString(letter.partition()));
        Records.add(headers, OFFSET, Long.toString(letter.offset()));
        Records.add(headers, TIMESTAMP, Long.toString(letter.appendedAt().toEpochMilli()));
        Records.add(headers, PREFIX + "group", letter.group());
        Records.add(headers, PREFIX + "error", letter.error());
        Records.add(headers, PREFIX + "message", letter.message());
        Records.add(headers, PREFIX + "attempts", Integer.toString(letter.attempts()));
        Records.add(headers, PREFIX + "first_failed_at", letter.firstFailedAt().toString());
        Records.add(headers, PREFIX + "last_failed_at", letter.lastFailedAt().toString());
        return record;
    }

    /** Where a record was first appended: for one that was sent back from dead letters, where it was when it died. */
    static Place origin(ConsumerRecord<byte[], byte[]> record) {
        Headers headers = record.headers();
        Place ours = place(Records.text(headers, TOPIC), Records.text(headers, PARTITION),
                Records.text(headers, OFFSET), Records.text(headers, TIMESTAMP));
        if (ours != null) {
            return ours;
        }
        Place springs = place(Records.text(headers, SPRING_TOPIC), number(headers, SPRING_PARTITION),
                number(headers, SPRING_OFFSET), number(headers, SPRING_TIMESTAMP));
        return springs != null ? springs : Place.of(record);
    }

    private static @Nullable Place place(@Nullable String topic, @Nullable String partition, @Nullable String offset,
            @Nullable String timestamp) {
        if (topic == null || partition == null || offset == null || timestamp == null) {
            return null;
        }
        return TOPIC_NAME.matcher(topic).matches() && isNumber(partition) && isNumber(offset) && isNumber(timestamp)
                ? new Place(topic, partition, offset, timestamp)
                : null;
    }

    private static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    /** Of the first death, where there were several: Spring's headers may be there once for each. */
    private static @Nullable String number(Headers headers, String name) {
        Iterator<Header> all = headers.headers(name).iterator();
        byte[] value = all.hasNext() ? all.next().value() : null;
        if (value == null) {
            return null;
        }
        return switch (value.length) {
            case Integer.BYTES -> Integer.toString(ByteBuffer.wrap(value).getInt());
            case Long.BYTES -> Long.toString(ByteBuffer.wrap(value).getLong());
            default -> null;
        };
    }
}
