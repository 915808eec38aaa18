package io.tallygate.events.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.event.DeadLetter;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.Delivery;
import io.tallygate.event.Event;
import io.tallygate.event.EventHandler;
import io.tallygate.event.EventProblem;
import io.tallygate.event.Events;
import io.tallygate.event.GroupLag;
import io.tallygate.event.TestEvents;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.Dependency;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.HealthNotes;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of events on a real Kafka, whatever happens to it. Processes have a store in common that is a model. */
@Timeout(300)
final class KafkaEventsTest {

    private static final int PARTITIONS = 3;
    private static final int KEYS = 7;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null);

    private final KafkaBroker broker = KafkaBroker.shared();
    private final OracleStore.Data data = new OracleStore.Data();
    private final String topic = "events_" + UUID.randomUUID().toString().replace('-', '_');
    private final List<Node> nodes = new ArrayList<>();

    /** One process. */
    private record Node(ApplicationContext context, Tally tally, Events events) {

        long effects() {
            return IntStream.range(0, KEYS).mapToLong(key -> effect("k" + key)).sum();
        }

        long effect(String key) {
            return now(context.getBean(Ledger.class).read(Tally.effect(key), Consistency.STRONG)).value();
        }

        List<String> notes() {
            return context.getBeansOfType(HealthNotes.class).stream().flatMap(notes -> notes.notes().stream()).toList();
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> node.context.close());
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Throwable failure(CompletionStage<?> stage) {
        Throwable failure = stage.toCompletableFuture().handle((_, thrown) -> thrown).join();
        return StageFailures.cause(Objects.requireNonNull(failure, "it has not failed"));
    }

    private void createTopics() {
        broker.createTopic(topic, PARTITIONS, Map.of());
        broker.createTopic(DeadLetterRecords.topic(topic), 1, Map.of());
    }

    private Node open() {
        return open(Map.of(), _ -> null);
    }

    private Node open(Map<String, String> more, Function<Delivery, @Nullable RuntimeException> script) {
        var settings = new HashMap<String, Object>(Map.of("tallygate.events.log", "kafka",
                "tallygate.kafka.bootstrap-servers", broker.servers(), "tallygate.kafka.timeout", "3s",
                "tallygate.events." + topic + ".retries", "1", "tallygate.events." + topic + ".retry-delay", "1ms",
                "kafka.heartbeat.interval.ms", "100", "kafka.metadata.max.age.ms", "2000"));
        settings.putAll(more);
        ApplicationContext context = ApplicationContext.builder().properties(settings).build();
        var tally = new Tally(topic, () -> context.getBean(Ledger.class), script);
        context.registerSingleton(LedgerStore.class, new OracleStore(data));
        context.registerSingleton(EventHandler.class, tally);
        context.start();
        var node = new Node(context, tally, context.getBean(Events.class));
        nodes.add(node);
        return node;
    }

    private void close(Node node) {
        nodes.remove(node);
        node.context.close();
    }

    private static Event event(int i) {
        return TestEvents.of("e" + i, "k" + i % KEYS);
    }

    private void append(Node node, int from, int to) {
        now(node.events.append(topic, IntStream.range(from, to).mapToObj(KafkaEventsTest::event).toList()));
    }

    private void settle(Node node) {
        Await.until("everything is done", LONG, () -> lag(node) == 0);
    }

    private long lag(Node node) {
        return now(node.events.lag(topic)).stream().mapToLong(GroupLag::lag).sum();
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        return KafkaBroker.get(broker.admin().listConsumerGroupOffsets(group()).partitionsToOffsetAndMetadata());
    }

    private String group() {
        return "tallygate." + topic + '.' + Tally.GROUP;
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        var config = new HashMap<String, Object>(Map.of("bootstrap.servers", broker.servers()));
        config.putAll(more);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private ProducerRecord<byte[], byte[]> plain(String key, String value) {
        return new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private List<DeadLetter> dead(Node node) {
        return now(node.events.deadLetters(topic, ALL, "", 1_000)).deadLetters();
    }

    /** The first records of a topic of one partition. */
    private List<ConsumerRecord<byte[], byte[]>> records(String ofTopic, int count) {
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", broker.servers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(ofTopic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            Await.until(count + " records", () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
            });
            return records;
        }
    }

    @Test
    void events_always_haveTheirEffectOnceAndOffsetsFollow() {
        createTopics();
        Node node = open();
        append(node, 0, 500);
        append(node, 0, 100);
        settle(node);
        assertThat(node.effects()).isEqualTo(500);
        assertThat(node.notes()).isEmpty();
        Await.until("Kafka is told how far the group is",
                () -> committed().values().stream().mapToLong(OffsetAndMetadata::offset).sum() == 600);
    }

    @Test
    void processes_thatJoinAndLeave_haveEachEffectOnceAndShareTheWork() {
        createTopics();
        Node first = open();
        append(first, 0, 100);
        Node second = open();
        Node third = open();
        int appended = 100;
        while (second.tally.tries.isEmpty() || third.tally.tries.isEmpty()) {
            append(first, appended, appended + 20);
            appended += 20;
            assertThat(appended).as("nobody else has got any").isLessThan(20_000);
        }
        close(second);
        append(third, appended, appended + 100);
        close(first);
        append(third, appended + 100, appended + 200);
        settle(third);
        assertThat(third.effects()).isEqualTo(appended + 200);
        assertThat(dead(third)).isEmpty();
    }

    @Test
    void process_thatEndsWithWorkUnderWay_leavesItToAnother() {
        createTopics();
        // It takes events and does none.
        Node stuck = open(Map.of(), _ -> new StoreUnavailableException("away", new IOException()));
        append(stuck, 0, 50);
        Await.until("it has begun", () -> !stuck.tally.tries.isEmpty());
        Node other = open();
        close(stuck);
        settle(other);
        assertThat(other.effects()).isEqualTo(50);
    }

    @Test
    void broker_killedAndRestarted_losesAndRepeatsNothing() {
        createTopics();
        Node node = open();
        append(node, 0, 100);
        Dependency kafka = node.context.getBean(Dependency.class);
        assertThat(kafka.name()).isEqualTo("kafka");
        kafka.ping();
        broker.kill();
        CompletableFuture<Void> asked = CompletableFuture.runAsync(kafka::ping);
        Throwable failure = failure(node.events.append(topic, List.of(event(100))));
        assertThat(failure(asked)).isInstanceOf(UnavailableException.class)
                .hasMessageContaining("Kafka does not answer");
        assertThat(failure).isInstanceOf(UnavailableException.class);
        assertThat(node.notes()).hasSize(1).first().asString().contains(topic);
        assertThat(failure(node.events.lag(topic))).isInstanceOf(UnavailableException.class);
        broker.restart();
        Await.until("it takes events again", LONG,
                () -> node.events.append(topic, List.of(event(100))).toCompletableFuture().handle((_, e) -> e == null)
                        .join());
        append(node, 101, 200);
        settle(node);
        assertThat(node.effects()).isEqualTo(200);
        Await.until("nothing is wrong any more", () -> node.notes().isEmpty());
        kafka.ping();
    }

    @Test
    void broker_thatIsFrozen_isMissedInTimeAndGoesOn() {
        createTopics();
        Node node = open();
        append(node, 0, 100);
        broker.freeze();
        CompletableFuture<Void> append;
        try {
            append = node.events.append(topic, List.of(event(100))).toCompletableFuture();
            assertThat(failure(append)).isInstanceOf(UnavailableException.class);
        } finally {
            broker.thaw();
        }
        Await.until("it takes events again", LONG,
                () -> node.events.append(topic, List.of(event(100))).toCompletableFuture().handle((_, e) -> e == null)
                        .join());
        append(node, 101, 200);
        settle(node);
        assertThat(node.effects()).isEqualTo(200);
    }

    @Test
    void offsets_thatKafkaHasLost_countNothingTwice() {
        createTopics();
        Node first = open();
        append(first, 0, 100);
        settle(first);
        close(first);
        assertThat(committed()).as("told at the end").isNotEmpty();
        KafkaBroker.get(broker.admin().deleteConsumerGroupOffsets(group(), committed().keySet()).all());

        Node second = open();
        append(second, 100, 101);
        settle(second);
        assertThat(second.tally.tries).containsOnlyKeys("e100");
        assertThat(second.effects()).isEqualTo(101);
    }

    @Test
    void topic_thatIsCreatedAnew_isReadFromItsBeginning() {
        createTopics();
        Node node = open();
        append(node, 0, 50);
        settle(node);
        KafkaBroker.get(broker.admin().deleteTopics(List.of(topic)).all());
        Await.until("it is missed", LONG, () -> !node.notes().isEmpty());
        broker.createTopic(topic, PARTITIONS, Map.of());
        Await.until("it is served again", LONG, () -> node.notes().isEmpty());
        append(node, 50, 60);
        Await.until("the new ones are counted", LONG, () -> node.effects() == 60);
        settle(node);
    }

    @Test
    void poison_amongMany_isADeadLetterAndACopy() {
        createTopics();
        Node node = open(Map.of(), delivery -> delivery.event().id().equals("e5000")
                ? new DomainProblemException(GeneralProblem.NOT_FOUND, "poison")
                : null);
        for (int i = 0; i < 10_000; i += 1_000) {
            append(node, i, i + 1_000);
        }
        settle(node);
        assertThat(node.effects()).isEqualTo(9_999);
        DeadLetter letter = dead(node).getFirst();
        assertThat(letter.event()).isEqualTo(event(5_000));

        ConsumerRecord<byte[], byte[]> copy = records(DeadLetterRecords.topic(topic), 1).getFirst();
        assertThat(copy.key()).asString(UTF_8).isEqualTo(event(5_000).key());
        assertThat(copy.value()).asString(UTF_8).isEqualTo("{}");
        assertThat(Map.of("id", letter.id(), "topic", topic, "partition", "" + letter.partition(), "offset",
                "" + letter.offset(), "group", "tally", "error", "not-found", "message", "poison", "attempts", "2"))
                .allSatisfy((name, value) -> assertThat(Records.text(copy.headers(), "tallygate_dlq_" + name))
                        .isEqualTo(value));

        // Sent back as it is, it dies again, and has no more headers than before.
        try (var producer = producer(Map.of())) {
            var _ = producer.send(new ProducerRecord<>(topic, null, copy.key(), copy.value(), copy.headers()));
        }
        List<ConsumerRecord<byte[], byte[]>> copies = records(DeadLetterRecords.topic(topic), 2);
        assertThat(names(copies.get(1))).isEqualTo(names(copy)).doesNotHaveDuplicates();
        assertThat(Records.text(copies.get(1).headers(), "ce_id")).isEqualTo("e5000");
    }

    private static List<String> names(ConsumerRecord<byte[], byte[]> record) {
        var names = new ArrayList<String>();
        record.headers().forEach(header -> names.add(header.key()));
        return names;
    }

    @Test
    void records_ofOthers_areCountedOrDeadLetters() {
        createTopics();
        Node node = open();
        try (var producer = producer(Map.of())) {
            var _ = producer.send(plain("k1", "{\"a\":1}"));
            var _ = producer.send(plain("k1", "x".repeat(300_000)));
            var _ = producer.send(plain("k1", "{\"a\":2}"));
        }
        Await.until("all are done", () -> node.effect("k1") == 2 && dead(node).size() == 1);
        settle(node);
        assertThat(dead(node).getFirst().message()).contains("300000 bytes");
    }

    @Test
    void transactions_thatAreAborted_countNothingAndHoldNothingUp() {
        createTopics();
        Node node = open();
        try (var producer = producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(plain("k1", "1"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            var _ = producer.send(plain("k1", "2"));
            producer.commitTransaction();
        }
        Await.until("what was committed is counted", () -> node.effect("k1") == 1);
        settle(node);
        assertThat(node.effect("k1")).isEqualTo(1);
    }

    @Test
    void event_largerThanTheTopicTakes_isRefusedWithWords() {
        broker.createTopic(topic, PARTITIONS, Map.of("max.message.bytes", "5000"));
        Node node = open();
        Event large = TestEvents.of("large", "k1", '"' + "x".repeat(10_000) + '"');
        assertThat(failure(node.events.append(topic, List.of(large)))).isInstanceOfSatisfying(
                InvalidInputException.class, e -> assertThat(e.rule()).contains("smaller").contains(topic));
        append(node, 0, 10);
        settle(node);
        assertThat(node.effects()).isEqualTo(10);
        assertThat(node.notes()).isEmpty();
    }

    @Test
    void topic_thatIsMissing_isNamedUntilItIsThere() {
        Node node = open();
        assertThat(failure(node.events.append(topic, List.of(event(0))))).isInstanceOfSatisfying(
                DomainProblemException.class, problem -> {
                    assertThat(problem.kind()).isEqualTo(EventProblem.TOPIC_MISSING);
                    assertThat(problem.detail()).contains("no topic " + topic);
                });
        assertThat(failure(node.events.lag(topic))).isInstanceOf(DomainProblemException.class);
        assertThat(node.notes()).hasSize(1).first().asString().contains("no topic " + topic);
        createTopics();
        Await.until("it is there", LONG, () -> node.notes().isEmpty());
        append(node, 0, 10);
        settle(node);
        assertThat(node.effects()).isEqualTo(10);
    }

    @Test
    void topic_thatIsMissing_isCreatedWhereThatIsWanted() {
        Node node = open(Map.of("tallygate.kafka.create-topics", "true", "tallygate.events.partitions", "5"),
                delivery -> delivery.event().id().equals("e3") ? new InvalidInputException("a", "", "is bad") : null);
        append(node, 0, 10);
        settle(node);
        assertThat(now(node.events.lag(topic)).getFirst().partitions()).hasSize(5);
        Set<String> topics = new TreeSet<>(KafkaBroker.get(broker.admin().listTopics().names()));
        assertThat(topics).contains(topic, DeadLetterRecords.topic(topic));
    }

    @Test
    void partition_withTooMuchAhead_isPausedUntilThereIsRoom() {
        createTopics();
        var away = new AtomicBoolean(true);
        Node node = open(Map.of("tallygate.events." + topic + ".ahead-max", "10"), delivery -> away.get()
                ? new StoreUnavailableException("away", new IOException())
                : null);
        for (int i = 0; i < 8_000; i += 1_000) {
            append(node, i, i + 1_000);
        }
        Await.until("it was tried", () -> !node.tally.tries.isEmpty());
        assertThat(node.tally.tries).hasSizeLessThan(2_000);
        away.set(false);
        settle(node);
        assertThat(node.effects()).isEqualTo(8_000);
    }

    @Test
    void deadLetter_whoseCopyHasNoTopic_isThereAllTheSame() {
        broker.createTopic(topic, PARTITIONS, Map.of());
        Node node = open(Map.of(), delivery -> delivery.event().id().equals("e3")
                ? new InvalidInputException("a", "", "is bad")
                : null);
        append(node, 0, 10);
        settle(node);
        assertThat(dead(node)).hasSize(1);
        assertThat(node.effects()).isEqualTo(9);
        assertThat(node.notes()).hasSize(1).first().asString().contains("_dlq");
        broker.createTopic(DeadLetterRecords.topic(topic), 1, Map.of());
        Await.until("it is missed no more", () -> node.notes().isEmpty());
    }
}
