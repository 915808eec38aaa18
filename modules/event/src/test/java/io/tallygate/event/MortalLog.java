package io.tallygate.event;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The log of a process that may die when it has taken events. */
final class MortalLog implements EventLog {

    private final EventLog log;
    private final Lifetime lifetime;

    MortalLog(EventLog log, Lifetime lifetime) {
        this.log = log;
        this.lifetime = lifetime;
    }

    @Override
    public CompletionStage<Void> append(String topic, List<Event> events) {
        return log.append(topic, events);
    }

    @Override
    public Subscription subscribe(String topic, String group, Runnable wake) {
        return new MortalSubscription(log.subscribe(topic, group, wake), lifetime);
    }

    @Override
    public CompletionStage<List<PartitionLag>> lag(String topic, String group) {
        return log.lag(topic, group);
    }

    @Override
    public CompletionStage<Void> show(DeadLetter letter) {
        try {
            lifetime.requireNotOver();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return log.show(letter);
    }

    @Override
    public void close() {
        log.close();
    }

    private record MortalSubscription(EventLog.Subscription subscription, Lifetime lifetime)
            implements
                EventLog.Subscription {

        @Override
        public List<EventLog.Assigned> assigned() {
            lifetime.requireNotOver();
            return subscription.assigned();
        }

        @Override
        public List<Delivery> poll(int partition) {
            lifetime.requireNotOver();
            List<Delivery> deliveries = subscription.poll(partition);
            if (!deliveries.isEmpty()) {
                lifetime.pass(CrashPoint.FETCHED);
            }
            return deliveries;
        }

        @Override
        public long end(int partition) {
            return subscription.end(partition);
        }

        @Override
        public void seek(int partition, long offset) {
            subscription.seek(partition, offset);
        }

        @Override
        public CompletionStage<Long> acknowledge(int partition, long position) {
            lifetime.requireNotOver();
            return subscription.acknowledge(partition, position);
        }

        @Override
        public CompletionStage<Void> keep(int partition, DoneAhead ahead) {
            lifetime.requireNotOver();
            return subscription.keep(partition, ahead);
        }

        @Override
        public void close() {
            subscription.close();
        }
    }
}
