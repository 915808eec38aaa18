package io.tallygate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What was committed, as another program reads it from Kafka: all of it, in the order of the commits, and by its id once, though
 * the deployment is killed meanwhile.
 */
@LogIsAServer
@OwnDeployment
@SkipOn(deployment = Deployments.SPLIT,
        because = "each service has a store of its own, and nobody tells what the store of counters has committed")
class ChangesIT extends Suite {

    private static final int ROUNDS = Settings.number("tallygate.contract.kill-rounds", 20) / 4 + 1;
    private static final int CLIENTS = 4;
    private static final String TOPIC = "tallygate_changes";
    private static final String CHANGED = "io.tallygate.counter.changed";
    private static final Duration TOLD = Duration.ofSeconds(90);

    @Override
    Launch launch() {
        return super.launch().with("TALLYGATE_EVENTS_PUBLISH", "counters").with(Launch.EVENT);
    }

    @Override
    StoreServer newStore() {
        return Stores.besideKafka(Duration.ofSeconds(20));
    }

    /** Everything that the topic has, of each partition in its order. */
    private final class Reader implements AutoCloseable {

        private final KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", ((Stores.BesideKafka) store).kafka().servers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        private final Set<String> ids = new HashSet<>();
        private final Map<String, Long> told = new HashMap<>();

        Reader() {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }

        /** What counters come to, by what was told of them until now. */
        Map<String, Long> told() {
            consumer.poll(Duration.ofMillis(200)).forEach(this::hear);
            return told;
        }

        private void hear(ConsumerRecord<byte[], byte[]> record) {
            assertThat(header(record, "ce_type")).isEqualTo(CHANGED);
            JsonNode data = Json.tree(new String(record.value(), UTF_8));
            assertThat(data.path("resource_id").asText()).isEqualTo(new String(record.key(), UTF_8));
            if (ids.add(header(record, "ce_source") + ' ' + header(record, "ce_id"))) {
                long sum = told.merge(data.path("resource_id").asText(), data.path("delta").asLong(), Long::sum);
                assertThat(data.path("value").asLong()).as("the value of %s, which all deltas come to", data)
                        .isEqualTo(sum);
            }
        }

        private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
            return new String(record.headers().lastHeader(name).value(), UTF_8);
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    @Test
    @Timeout(600)
    void whatWasCommittedIsToldOnKafkaWhateverIsKilled() throws InterruptedException {
        List<Counter> counters = freshCounters(6);
        var moments = seed.random(31);
        for (int round = 1; round <= ROUNDS; round++) {
            var answered = new AtomicInteger();
            var ended = new AtomicBoolean();
            var threads = new ArrayList<Thread>();
            for (int client = 0; client < CLIENTS; client++) {
                var choices = seed.random(1_000 * round + client);
                threads.add(Thread.ofVirtual().start(() -> {
                    while (!ended.get()) {
                        try {
                            counterApi.increment(counters.get(choices.nextInt(counters.size())),
                                    1 + choices.nextInt(9));
                            answered.incrementAndGet();
                        } catch (AssertionError nobodyAnswers) {
                            return;
                        }
                    }
                }));
            }
            int wanted = moments.nextInt(50, 300);
            Await.until(Launch.START_DEADLINE, "some are answered", () -> answered.get() >= wanted);
            deployment.kill();
            ended.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            deployment.start();
        }
        counters.forEach(counter -> counterApi.increment(counter, 1));
        var committed = new HashMap<String, Long>();
        counters.forEach(counter -> committed.put(counter.resourceId(), counterApi.value(counter)));
        try (var reader = new Reader()) {
            Await.until(TOLD, "all is told", () -> reader.told().equals(committed));
        }
    }
}
