package io.tallygate.functions.direct;

import io.tallygate.kernel.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;

/**
 * One record of a batch.
 *
 * @param source what it was read from: the ARN of the event source, or the brokers of a cluster that has none, in order
 * @param value   what it holds, empty for a record without a value
 * @param flaw    why its value could not be read; empty when it could
 * @param key     its key, in Base64; empty when it has none
 * @param headers those of CloudEvents in binary mode, such as {@code ce_id}, and {@code content-type}, by name
 */
record KafkaRecord(String source, String topic, int partition, long offset, long timestamp, byte[] value, String flaw,
        String key, Map<String, String> headers) {

    KafkaRecord from(String cluster) {
        return new KafkaRecord(cluster, topic, partition, offset, timestamp, value, flaw, key, headers);
    }

    /** Its partition as Lambda names it. */
    String topicPartition() {
        return topic + '-' + partition;
    }

    /**
     * The same each time that this record is delivered, and no other record's: of a digest's length, because a topic's
     * name alone can be as long as a key may be. The time tells it from one at the same place of a topic made anew.
     */
    String deliveryId() {
        MessageDigest digest = Sha256.start();
        digest.update(source.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(topic.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(ByteBuffer.allocate(Integer.BYTES + 2 * Long.BYTES).putInt(partition).putLong(offset)
                .putLong(timestamp).flip());
        return "kafka:" + HexFormat.of().formatHex(digest.digest());
    }
}
