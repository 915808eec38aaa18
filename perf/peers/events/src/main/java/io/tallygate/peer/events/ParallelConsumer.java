package io.tallygate.peer.events;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Confluent's parallel consumer, one event at a time of each key. Arguments: those of {@link Asked}, and how many events it
 * handles at once.
 */
final class ParallelConsumer {

    private ParallelConsumer() {}

    public static void main(String[] arguments) throws IOException {
        Asked asked = Asked.of(arguments);
        var sums = new Sums(asked);
        var options = ParallelConsumerOptions.<String, byte[]>builder()
                .consumer(new KafkaConsumer<>(asked.consumerConfig()))
                .ordering(ProcessingOrder.KEY)
                .maxConcurrency(Integer.parseInt(arguments[Asked.ARGUMENTS]))
                // It looks for the setting in fields that Kafka's client has no more.
                .ignoreReflectiveAccessExceptionsForAutoCommitDisabledCheck(true)
                .build();
        ParallelStreamProcessor<String, byte[]> processor = ParallelStreamProcessor
                .createEosStreamProcessor(options);
        processor.subscribe(List.of(asked.topic()));
        processor.poll(polled -> sums.handle(polled.value()));
    }
}
