package io.tallygate.events.kafka;

import io.tallygate.event.DeadLetter;
import io.tallygate.event.Event;
import io.tallygate.event.EventLog;
import io.tallygate.event.PartitionLag;
import io.tallygate.event.Positions;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** The log whose topics are Kafka's. */
final class KafkaLog implements EventLog {

    private final KafkaClients clients;
    private final KafkaSettings settings;
    private final Positions positions;
    private final Troubles troubles;
    private final LongSupplier ticker;
    private final Admin admin;
    private final Producer<byte[], byte[]> producer;
    private final Topics topics;
    private final Map<String, Sender> senders = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * Knows no broker yet.
     *
     * @param ticker nanoseconds that only rise
     * @throws org.apache.kafka.common.KafkaException when the configuration of Kafka's clients is wrong
     */
    KafkaLog(KafkaClients clients, KafkaSettings settings, Positions positions, Troubles troubles,
            LongSupplier ticker) {
        this.clients = clients;
        this.settings = settings;
        this.positions = positions;
        this.troubles = troubles;
        this.ticker = ticker;
        this.producer = clients.producer();
        this.admin = clients.admin();
        this.topics = new Topics(admin, settings, troubles, ticker);
    }

    @Override
    public CompletionStage<Void> append(String topic, List<Event> events) {
        return closed
                ? CompletableFuture.failedFuture(new ShuttingDownException())
                : sender(topic).send(events.stream().map(event -> Records.of(topic, event)).toList());
    }

    private Sender sender(String topic) {
        return senders.computeIfAbsent(topic, _ -> new Sender(topic, producer, topics, troubles));
    }

    @Override
    public Subscription subscribe(String topic, String group, Runnable wake) {
        var subscription = new KafkaSubscription(clients.consumer(settings.groupId(topic, group)), topics, positions,
                troubles, topic, group, wake, ticker);
        subscription.start();
        return subscription;
    }

    @Override
    public CompletionStage<List<PartitionLag>> lag(String topic, String group) {
        return topics.look(topic).thenCompose(known -> {
            List<Integer> partitions = IntStream.range(0, known.partitions()).boxed().toList();
            // The position first: read after the end it could be beyond it.
            return positions.read(known.life(), group, partitions)
                    .thenCompose(read -> offsets(topic, partitions, OffsetSpec.earliest())
                            .thenCombine(offsets(topic, partitions, OffsetSpec.latest()),
                                    (first, ends) -> lags(read, first, ends)));
        });
    }

    private static List<PartitionLag> lags(List<Long> positions, List<Long> first, List<Long> ends) {
        var lags = new ArrayList<PartitionLag>(ends.size());
        for (int partition = 0; partition < ends.size(); partition++) {
            lags.add(new PartitionLag(partition, Math.max(positions.get(partition), first.get(partition)),
                    ends.get(partition)));
        }
        return lags;
    }

    private CompletionStage<List<Long>> offsets(String topic, List<Integer> partitions, OffsetSpec spec) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(partition -> asked.put(new TopicPartition(topic, partition), spec));
        ListOffsetsResult result = admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
        return result.all().toCompletionStage().thenApply(offsets -> partitions.stream()
                .map(partition -> Objects.requireNonNull(offsets.get(new TopicPartition(topic, partition))).offset())
                .toList())
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(KafkaFailures.of(topic, failure)));
    }

    /** As {@link io.tallygate.kernel.Dependency#ping}. */
    void ping() {
        try {
            var _ = admin.describeCluster().clusterId().get(settings.timeoutMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShuttingDownException();
        } catch (ExecutionException | TimeoutException e) {
            throw new StoreUnavailableException("Kafka does not answer: " + Reasons.of(KafkaFailures.cause(e)), e);
        }
    }

    @Override
    public CompletionStage<Void> show(DeadLetter letter) {
        String topic = DeadLetterRecords.topic(letter.topic());
        return sender(topic).send(List.of(DeadLetterRecords.of(letter))).exceptionally(failure -> {
            troubles.begin(topic, KafkaFailures.sentence(topic, failure));
            return null;
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Ends all connections, once what was accepted is sent or has failed. Subscriptions are closed before. */
    void release() {
        senders.values().forEach(Sender::close);
        producer.close(settings.timeout());
        admin.close(Duration.ZERO);
    }
}
