package io.tallygate.events.kafka;

import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.UnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Hands records of one topic to a producer, in the order in which they came. Thread-safe; no method blocks: a producer does,
 * while it does not know the topic or has no more memory, so a virtual thread does this as long as there is any.
 */
final class Sender {

    /** The most bytes of records that wait: 16 MiB. */
    private static final long WAITING_BYTES_MAX = 16L << 20;
    private static final int WAITING_MAX = 65_536;

    private record Waiting(ProducerRecord<byte[], byte[]> record, int bytes, CompletableFuture<Void> stored) {}

    private final String topic;
    private final Producer<byte[], byte[]> producer;
    private final Topics topics;
    private final Troubles troubles;

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean busy;
    private boolean closed;

    Sender(String topic, Producer<byte[], byte[]> producer, Topics topics, Troubles troubles) {
        this.topic = topic;
        this.producer = producer;
        this.topics = topics;
        this.troubles = troubles;
    }

    /** Completes once the records are stored, behind those of earlier calls. */
    CompletionStage<Void> send(List<ProducerRecord<byte[], byte[]>> records) {
        List<Waiting> added = records.stream()
                .map(record -> new Waiting(record, Records.size(record), new CompletableFuture<>())).toList();
        long bytes = added.stream().mapToLong(Waiting::bytes).sum();
        boolean begin;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new ShuttingDownException());
            }
            if (!waiting.isEmpty() && (waiting.size() + added.size() > WAITING_MAX
                    || waitingBytes + bytes > WAITING_BYTES_MAX)) {
                return CompletableFuture.failedFuture(new OverloadedException(WAITING_MAX));
            }
            waiting.addAll(added);
            waitingBytes += bytes;
            begin = !busy;
            busy = true;
        }
        if (begin) {
            Thread.ofVirtual().name("kafka-send-" + topic).start(this::run);
        }
        return CompletableFuture.allOf(added.stream().map(Waiting::stored).toArray(CompletableFuture[]::new));
    }

    /** Refuses what comes from now on; what waits is still sent. */
    synchronized void close() {
        closed = true;
    }

    private void run() {
        for (List<Waiting> batch = take(); !batch.isEmpty(); batch = take()) {
            try {
                topics.of(topic).toCompletableFuture().join();
                sendAll(batch);
            } catch (CompletionException e) {
                batch.forEach(one -> ended(one, e));
            }
        }
    }

    private synchronized List<Waiting> take() {
        List<Waiting> batch = new ArrayList<>(waiting);
        waiting.clear();
        waitingBytes = 0;
        busy = !batch.isEmpty();
        return batch;
    }

    /** A producer that has waited in vain to begin with one would wait as long for each of the others. */
    private void sendAll(List<Waiting> batch) {
        Exception inVain = null;
        for (Waiting one : batch) {
            if (inVain == null) {
                inVain = send(one);
            } else {
                ended(one, inVain);
            }
        }
    }

    /** Returns what kept the producer from taking it, if that was a wait. */
    private @Nullable Exception send(Waiting one) {
        var refused = new AtomicReference<@Nullable Exception>();
        long here = Thread.currentThread().threadId();
        try {
            var _ = producer.send(one.record, (_, failure) -> {
                if (failure instanceof TimeoutException && Thread.currentThread().threadId() == here) {
                    refused.set(failure);
                }
                ended(one, failure);
            });
        } catch (KafkaException | IllegalStateException e) {
            // It throws IllegalStateException once it is closed.
            ended(one, e);
            return e;
        }
        return refused.get();
    }

    private void ended(Waiting one, @Nullable Throwable thrown) {
        if (thrown == null) {
            one.stored.complete(null);
            return;
        }
        RuntimeException failure = KafkaFailures.of(topic, thrown);
        if (failure instanceof UnavailableException) {
            // The topic may have been deleted: a producer says no more than that it did not answer in time.
            topics.forget(topic);
            troubles.begin(topic, KafkaFailures.sentence(topic, failure));
        }
        one.stored.completeExceptionally(failure);
    }
}
