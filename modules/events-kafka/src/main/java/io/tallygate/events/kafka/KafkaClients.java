package io.tallygate.events.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes clients of Kafka, of three layers: what is usual here, over that what the framework's configuration says of Kafka, such
 * as how to authenticate, and over that what promises rest on.
 */
class KafkaClients {

    /** So that a process that dies is missed soon, and that what is fetched at once has a small part of the memory. */
    private static final Map<String, Object> USUAL = Map.of(
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20,
            CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 30_000);

    private final KafkaSettings settings;
    private final Map<?, ?> configured;

    /** @param configured what the framework's configuration says of Kafka */
    KafkaClients(KafkaSettings settings, Map<?, ?> configured) {
        this.settings = settings;
        this.configured = configured;
    }

    private Map<String, Object> config() {
        var config = new HashMap<String, Object>(USUAL);
        configured.forEach((name, value) -> config.put(name.toString(), value));
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        return config;
    }

    /** Completes what is sent once all replicas in sync have it, in order and once each, or fails in time. */
    Producer<byte[], byte[]> producer() {
        Map<String, Object> config = config();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, settings.timeoutMillis());
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, settings.timeoutMillis());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, settings.timeoutMillis());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Begins where it is told to, and reads nothing of transactions that were aborted. */
    Consumer<byte[], byte[]> consumer(String groupId) {
        Map<String, Object> config = config();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    Admin admin() {
        Map<String, Object> config = config();
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, settings.timeoutMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, settings.timeoutMillis());
        return Admin.create(config);
    }
}
