package io.tallygate.peer.events;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a topic with so many events of one each, of counters in turn: CloudEvents in binary mode, as ours and others append
 * them. Arguments: SERVERS TOPIC PARTITIONS EVENTS.
 */
final class Fill {

    /** One in a hundred of their names ends with 00. */
    private static final int FIRST_COUNTER = 1_000;
    private static final int COUNTERS = 5_000;

    private Fill() {}

    public static void main(String[] arguments) throws ExecutionException, InterruptedException {
        String servers = arguments[0];
        String topic = arguments[1];
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
            admin.createTopics(List.of(new NewTopic(topic, Integer.parseInt(arguments[2]), (short) 1))).all().get();
        }
        var config = new HashMap<String, Object>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        var failure = new AtomicReference<@Nullable Exception>();
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            long events = Long.parseLong(arguments[3]);
            for (long n = 0; n < events; n++) {
                var _ = producer.send(event(topic, n), (_, failed) -> {
                    if (failed != null) {
                        failure.set(failed);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("an event was not stored", failure.get());
        }
    }

    private static ProducerRecord<String, byte[]> event(String topic, long n) {
        String counter = "counter-" + (FIRST_COUNTER + n % COUNTERS);
        String data = "{\"resource_id\":\"" + counter + "\",\"counter_type\":\"events\",\"delta\":1}";
        var record = new ProducerRecord<>(topic, counter, bytes(data));
        record.headers().add("ce_specversion", bytes("1.0")).add("ce_id", bytes(Long.toString(n)))
                .add("ce_source", bytes("urn:perf:fill")).add("ce_type", bytes("counted"))
                .add("ce_subject", bytes(counter));
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
