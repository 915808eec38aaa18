package io.tallygate.event;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A log of one partition that always has more, each event of a key of its own; it counts what is taken. */
final class EndlessLog implements EventLog, EventLog.Subscription {

    static final int AT_ONCE = 20;

    final AtomicInteger polled = new AtomicInteger();
    final AtomicInteger looks = new AtomicInteger();
    volatile Runnable wake = () -> {};

    @Override
    public CompletionStage<Void> append(String topic, List<Event> events) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Subscription subscribe(String topic, String group, Runnable toWake) {
        wake = toWake;
        return this;
    }

    @Override
    public CompletionStage<List<PartitionLag>> lag(String topic, String group) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> show(DeadLetter letter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<EventLog.Assigned> assigned() {
        looks.incrementAndGet();
        return List.of(new EventLog.Assigned(0, 0, DoneAhead.NONE));
    }

    @Override
    public List<Delivery> poll(int partition) {
        int first = polled.getAndAdd(AT_ONCE);
        return IntStream.range(first, first + AT_ONCE)
                .mapToObj(
                        i -> new Delivery(ScriptedHandler.TOPIC, 0, i, Instant.EPOCH, TestEvents.of("e" + i, "k" + i)))
                .toList();
    }

    @Override
    public long end(int partition) {
        return Long.MAX_VALUE;
    }

    @Override
    public void seek(int partition, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Long> acknowledge(int partition, long position) {
        return CompletableFuture.completedFuture(position);
    }

    @Override
    public CompletionStage<Void> keep(int partition, DoneAhead ahead) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
