package io.tallygate.events.kafka;

import io.tallygate.event.DeadLetter;
import io.tallygate.event.Delivery;
import io.tallygate.event.DoneAhead;
import io.tallygate.event.EventLog;
import io.tallygate.event.Positions;
import io.tallygate.kernel.Reasons;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads this process's share of a topic. A thread of its own polls Kafka all the time, so that the group sees that the process
 * lives, and keeps what it got until it is taken; a partition of which too much waits is paused meanwhile.
 *
 * <p>Kafka says which partitions are this process's, and the ledger where they are read from: a partition that comes is read
 * once the group's position is known. One that goes is told to whoever takes events, and there is a moment for storing what is
 * done. What is under way then is handled again by the next process, under its key.
 */
final class KafkaSubscription implements EventLog.Subscription, ConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaSubscription.class);

    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration ASK = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long COMMIT_NANOS = Duration.ofSeconds(1).toNanos();
    /** How long a partition that goes waits for what is done there to be stored. */
    private static final long HAND_OVER_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long HAND_OVER_WAKE_MILLIS = 20;
    /** After the second look whoever takes events has heard of what the first one told. */
    private static final int LOOKS_TO_HEAR = 2;

    private final Consumer<byte[], byte[]> consumer;
    private final Topics topics;
    private final Positions positions;
    private final Troubles troubles;
    private final String topic;
    private final String group;
    private final Runnable wake;
    private final LongSupplier ticker;
    private final Thread thread;

    // For all threads, guarded by this.
    private final Map<Integer, Lane> lanes = new TreeMap<>();
    /** The life of the topic that offsets are of, which whoever takes events knows. */
    private final Map<Integer, String> lives = new HashMap<>();
    private final Map<Integer, Long> toCommit = new HashMap<>();
    private long looks;
    private int acknowledging;

    private volatile boolean closing;

    /** Which the thread that polls has seen last. */
    private volatile Topics.@Nullable Topic known;

    // For the thread that polls.
    private @Nullable Joining joining;
    /** Partitions of which Kafka does not have what is to be read next, which is at this offset. */
    private final Map<TopicPartition, Long> outOfRange = new HashMap<>();
    private long committedNanos;
    private long joinAfterNanos;

    private record Joining(Topics.Topic topic, CompletableFuture<List<EventLog.Assigned>> positions) {}

    /**
     * {@link #start} sets it going.
     *
     * @param consumer is this one's to close
     */
    KafkaSubscription(Consumer<byte[], byte[]> consumer, Topics topics, Positions positions, Troubles troubles,
            String topic, String group, Runnable wake, LongSupplier ticker) {
        this.consumer = consumer;
        this.topics = topics;
        this.positions = positions;
        this.troubles = troubles;
        this.topic = topic;
        this.group = group;
        this.wake = wake;
        this.ticker = ticker;
        this.committedNanos = ticker.getAsLong();
        this.joinAfterNanos = committedNanos;
        this.thread = Thread.ofPlatform().daemon().name("kafka-" + topic + '-' + group).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public synchronized List<EventLog.Assigned> assigned() {
        looks++;
        notifyAll();
        return lanes.values().stream().filter(lane -> lane.ready)
                .map(lane -> new EventLog.Assigned(lane.partition.partition(), lane.position, lane.ahead)).toList();
    }

    @Override
    public List<Delivery> poll(int partition) {
        List<Delivery> taken;
        boolean resume;
        synchronized (this) {
            Lane lane = lanes.get(partition);
            if (lane == null || !lane.ready) {
                return List.of();
            }
            taken = lane.take();
            resume = lane.paused && lane.hasRoom();
        }
        if (resume) {
            consumer.wakeup();
        }
        return taken;
    }

    @Override
    public synchronized long end(int partition) {
        Lane lane = lanes.get(partition);
        return lane == null ? 0 : lane.end();
    }

    /** Where it was, if there is such a partition: whoever produces says which key is in which. */
    @Override
    public int partition(DeadLetter letter) {
        Topics.Topic now = known;
        return now == null ? letter.partition() : letter.partition() % now.partitions();
    }

    @Override
    public void seek(int partition, long offset) {
        synchronized (this) {
            Lane lane = lanes.get(partition);
            if (lane == null) {
                throw new IllegalArgumentException("partition " + partition + " is not assigned");
            }
            lane.seek(offset);
        }
        consumer.wakeup();
    }

    @Override
    public CompletionStage<Long> acknowledge(int partition, long position) {
        CompletionStage<String> life;
        long done;
        synchronized (this) {
            Lane lane = lanes.get(partition);
            done = lane == null ? position : lane.doneBelow(position);
            life = life(partition);
            acknowledging++;
        }
        return life.thenCompose(named -> positions.advance(named, group, partition, done))
                .whenComplete((stored, _) -> acknowledged(partition, stored));
    }

    private synchronized CompletionStage<String> life(int partition) {
        String taken = lives.get(partition);
        return taken != null
                ? CompletableFuture.completedFuture(taken)
                : topics.of(topic).thenApply(Topics.Topic::life);
    }

    @Override
    public CompletionStage<Void> keep(int partition, DoneAhead ahead) {
        return life(partition).thenCompose(named -> positions.keep(named, group, partition, ahead));
    }

    private synchronized void acknowledged(int partition, @Nullable Long stored) {
        acknowledging--;
        if (stored != null) {
            toCommit.merge(partition, stored, Math::max);
        }
        notifyAll();
    }

    @Override
    public void close() {
        closing = true;
        synchronized (this) {
            notifyAll();
        }
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            if (awaitTopic()) {
                consumer.subscribe(Set.of(topic), this);
            }
            while (!closing) {
                round();
            }
        } catch (InterruptedException | InterruptException e) {
            // Somebody wants it to end.
        } catch (RuntimeException e) {
            LOG.error("Topic {} is read no more by this process", topic, e);
            // Under a name of its own, which no answer about the topic ends.
            troubles.begin(topic + " (" + group + ')',
                    "topic " + topic + " is read no more by this process: " + Reasons.of(e));
        } finally {
            leave();
            synchronized (this) {
                lanes.clear();
            }
        }
    }

    /** Kafka is not asked for a topic that it does not have: it would say so many times a second. */
    private boolean awaitTopic() throws InterruptedException {
        while (!closing) {
            look();
            if (known != null) {
                return true;
            }
            pause(POLL);
        }
        return false;
    }

    private synchronized void pause(Duration time) throws InterruptedException {
        long begun = ticker.getAsLong();
        for (long left = time.toMillis(); !closing && left > 0;) {
            wait(left);
            left = time.minusNanos(ticker.getAsLong() - begun).toMillis();
        }
    }

    private void round() throws InterruptedException {
        try {
            look();
            join();
            putInRange();
            steer();
            commit();
            take(consumer.poll(POLL));
        } catch (WakeupException e) {
            // There is something to do.
        } catch (OffsetOutOfRangeException e) {
            outOfRange.putAll(e.offsetOutOfRangePartitions());
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            troubles.begin(topic, KafkaFailures.sentence(topic, e));
            pause(PAUSE);
        }
    }

    /** Sees whether the topic is there, and whether it is still the same one. */
    private void look() {
        CompletableFuture<Topics.Topic> looked = topics.look(topic).toCompletableFuture();
        if (troubles.concern(DeadLetterRecords.topic(topic))) {
            var _ = topics.look(DeadLetterRecords.topic(topic));
        }
        if (!looked.isDone() || looked.isCompletedExceptionally()) {
            return;
        }
        Topics.Topic now = looked.join();
        Topics.Topic before = known;
        known = now;
        if (before != null && !before.life().equals(now.life())) {
            LOG.warn("Topic {} was created anew: it is read from its beginning", topic);
            synchronized (this) {
                lanes.values().forEach(lane -> {
                    lane.reset(looks + LOOKS_TO_HEAR);
                    hold(lane);
                });
                toCommit.clear();
            }
            wake.run();
        }
    }

    /** Until its position is known it is not read: not even asked where Kafka would begin. */
    private void hold(Lane lane) {
        consumer.pause(Set.of(lane.partition));
        consumer.seek(lane.partition, 0);
    }

    /** Reads the group's position of partitions that have come, and begins there. */
    private void join() {
        Joining asked = joining;
        if (asked == null) {
            askForPositions();
        } else if (asked.positions.isDone()) {
            joining = null;
            if (asked.positions.isCompletedExceptionally()) {
                joinAfterNanos = ticker.getAsLong() + PAUSE.toNanos();
            } else if (asked.topic.equals(known)) {
                begin(asked);
            }
        }
    }

    private void askForPositions() {
        Topics.Topic now = known;
        if (now == null || joinAfterNanos - ticker.getAsLong() > 0) {
            return;
        }
        List<Integer> partitions;
        synchronized (this) {
            partitions = lanes.values().stream().filter(lane -> !lane.ready && lane.notBeforeLook <= looks)
                    .map(lane -> lane.partition.partition()).toList();
        }
        if (!partitions.isEmpty()) {
            CompletableFuture<List<EventLog.Assigned>> asked = positions.assigned(now.life(), group, partitions)
                    .toCompletableFuture();
            joining = new Joining(now, asked);
            var _ = asked.whenComplete((_, _) -> consumer.wakeup());
        }
    }

    private void begin(Joining asked) {
        List<EventLog.Assigned> found = asked.positions.join();
        synchronized (this) {
            for (EventLog.Assigned one : found) {
                Lane lane = lanes.get(one.partition());
                if (lane != null && !lane.ready) {
                    lane.begin(one);
                    lives.put(lane.partition.partition(), asked.topic.life());
                    consumer.seek(lane.partition, lane.position);
                }
            }
        }
        wake.run();
    }

    /** Reads on where it was told to, and only as fast as events are taken. */
    private synchronized void steer() {
        for (Lane lane : lanes.values()) {
            if (lane.ready && lane.seekTo != Lane.NOWHERE) {
                consumer.seek(lane.partition, lane.seekTo);
                lane.next = lane.seekTo;
                lane.seekTo = Lane.NOWHERE;
            }
            if (lane.ready && lane.paused && lane.hasRoom()) {
                consumer.resume(Set.of(lane.partition));
                lane.paused = false;
            } else if (!lane.paused && lane.isFull()) {
                consumer.pause(Set.of(lane.partition));
                lane.paused = true;
            }
        }
    }

    /** Tells Kafka how far the group is, for those who watch that. */
    private void commit() {
        long now = ticker.getAsLong();
        if (now - committedNanos >= COMMIT_NANOS) {
            committedNanos = now;
            Map<TopicPartition, OffsetAndMetadata> offsets = offsets();
            if (!offsets.isEmpty()) {
                consumer.commitAsync(offsets, (_, failure) -> logUncommitted(failure));
            }
        }
    }

    private synchronized Map<TopicPartition, OffsetAndMetadata> offsets() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        toCommit.forEach((partition, offset) -> {
            if (lanes.containsKey(partition)) {
                offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset));
            }
        });
        toCommit.clear();
        return offsets;
    }

    private void logUncommitted(@Nullable Exception failure) {
        if (failure != null) {
            LOG.debug("Kafka was not told how far group {} of topic {} is", group, topic, failure);
        }
    }

    private void commitNow() {
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets();
        if (!offsets.isEmpty()) {
            try {
                commit(offsets);
            } catch (KafkaException e) {
                logUncommitted(e);
            }
        }
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        try {
            consumer.commitSync(offsets, ASK);
        } catch (WakeupException e) {
            // It came too late to be wanted, and is over.
            consumer.commitSync(offsets, ASK);
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        var deliveries = new HashMap<Integer, List<Delivery>>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            deliveries.computeIfAbsent(record.partition(), _ -> new ArrayList<>()).add(Records.read(record));
        }
        synchronized (this) {
            for (Lane lane : lanes.values()) {
                if (lane.ready && lane.seekTo == Lane.NOWHERE) {
                    deliveries.getOrDefault(lane.partition.partition(), List.of()).forEach(lane::add);
                }
            }
        }
        if (!deliveries.isEmpty()) {
            wake.run();
        }
        // Only when everything that was polled is kept, for it is not polled again: to ask for a position may throw.
        synchronized (this) {
            lanes.values().stream().filter(lane -> lane.ready && lane.seekTo == Lane.NOWHERE).forEach(this::measure);
        }
    }

    private void measure(Lane lane) {
        try {
            lane.next = consumer.position(lane.partition, Duration.ZERO);
            consumer.currentLag(lane.partition).ifPresent(lag -> lane.endsAt(lane.next + lag));
        } catch (TimeoutException e) {
            // Its leader has changed, and it is not known yet whether what was read is still there.
        }
    }

    /** Where what is to be read next is not there: it was deleted before it was read, or Kafka has lost it. */
    private void putInRange() {
        if (outOfRange.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> firsts = consumer.beginningOffsets(outOfRange.keySet(), ASK);
        Map<TopicPartition, Long> ends = consumer.endOffsets(outOfRange.keySet(), ASK);
        outOfRange.forEach((partition, offset) -> {
            long first = firsts.getOrDefault(partition, offset);
            long end = ends.getOrDefault(partition, offset);
            synchronized (this) {
                Lane lane = lanes.get(partition.partition());
                if (lane != null && lane.ready) {
                    // What is there may have gone on past the offset meanwhile: then nothing of that is passed over.
                    lane.next = Math.clamp(offset, first, end);
                    consumer.seek(partition, lane.next);
                    if (lane.next != offset) {
                        logOutOfRange(partition, offset, first, end);
                    }
                }
            }
        });
        outOfRange.clear();
    }

    private void logOutOfRange(TopicPartition partition, long offset, long first, long end) {
        if (offset < first) {
            LOG.warn("{} events of {} were deleted by Kafka before group {} has read them", first - offset, partition,
                    group);
        } else {
            // Or it is another topic of the same name, which is seen when it is looked at.
            topics.forget(topic);
            LOG.warn("Kafka has lost events of {}: it ends at {}, and group {} was at {}; unless the topic was created "
                    + "anew, what comes before that is taken for done", partition, end, group, offset);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> come) {
        synchronized (this) {
            for (TopicPartition partition : come) {
                var lane = new Lane(partition);
                lanes.put(partition.partition(), lane);
                hold(lane);
            }
        }
        LOG.debug("Partitions of topic {} have come: {}", topic, come);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> going) {
        if (going.isEmpty() || closing) {
            return;
        }
        LOG.debug("Partitions of topic {} are going: {}", topic, going);
        forget(going);
        try {
            handOver();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> gone) {
        forget(gone);
    }

    private void forget(Collection<TopicPartition> going) {
        synchronized (this) {
            going.forEach(partition -> lanes.remove(partition.partition()));
        }
        wake.run();
    }

    /** Gives a moment for storing what is done, so that the next process does not do it again. */
    private void handOver() throws InterruptedException {
        long begun = ticker.getAsLong();
        synchronized (this) {
            long heard = looks + LOOKS_TO_HEAR;
            while (!closing && (looks < heard || acknowledging > 0)
                    && ticker.getAsLong() - begun < HAND_OVER_NANOS) {
                wait(HAND_OVER_WAKE_MILLIS);
                wake.run();
            }
        }
    }

    private void leave() {
        commitNow();
        try {
            consumer.close(ASK);
        } catch (KafkaException e) {
            LOG.debug("The group {} of topic {} was not left: Kafka will miss this process", group, topic, e);
        }
    }
}
