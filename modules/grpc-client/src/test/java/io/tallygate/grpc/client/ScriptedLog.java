package io.tallygate.grpc.client;

import io.tallygate.event.Delivery;
import io.tallygate.event.DoneAhead;
import io.tallygate.event.Event;
import io.tallygate.event.EventLog;
import io.tallygate.event.PartitionLag;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A log beside the store that nothing can be read from, and that is asked by a script, which is told the topic. */
record ScriptedLog(Function<String, CompletionStage<Void>> script) implements EventLog {

    @Override
    public CompletionStage<Void> append(String topic, List<Event> events) {
        return script.apply(topic);
    }

    @Override
    public Subscription subscribe(String topic, String group, Runnable wake) {
        return new Nothing();
    }

    @Override
    public CompletionStage<List<PartitionLag>> lag(String topic, String group) {
        return script.apply(topic).thenApply(_ -> List.of());
    }

    @Override
    public void close() {
        // There is nothing to end.
    }

    private static final class Nothing implements EventLog.Subscription {

        @Override
        public List<EventLog.Assigned> assigned() {
            return List.of();
        }

        @Override
        public List<Delivery> poll(int partition) {
            return List.of();
        }

        @Override
        public long end(int partition) {
            return 0;
        }

        @Override
        public void seek(int partition, long offset) {
            throw new IllegalArgumentException("partition " + partition + " is not assigned");
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
            // There is nothing to end.
        }
    }
}
