package io.tallygate.peer.events;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What a consumer is told on its command line: SERVERS TOPIC GROUP PORT SLOW_KEYS.
 *
 * @param servers  where the broker is
 * @param group    new, so that it consumes the topic from its start
 * @param port     where it tells how many events it has counted
 * @param slowKeys whether the events of one counter in a hundred take time
 */
record Asked(String servers, String topic, String group, int port, boolean slowKeys) {

    static final int ARGUMENTS = 5;

    static Asked of(String[] arguments) {
        return new Asked(arguments[0], arguments[1], arguments[2], Integer.parseInt(arguments[3]),
                Boolean.parseBoolean(arguments[4]));
    }

    /** Kafka's defaults, but for where a new group begins, and who commits. */
    Map<String, Object> consumerConfig() {
        var config = new HashMap<String, Object>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return config;
    }
}
