package io.tallygate.functions.direct;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.event.Delivery;
import io.tallygate.event.EventBatches;
import io.tallygate.functions.runtime.Aftermaths;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.counter.CounterDocuments;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the events of a Kafka topic handled that is one of events ({@code counter_events}, {@code usage_events},
 * {@code payment_events}, or a name that ends with one of them behind a hyphen or a dot), and adds what the records of
 * any other say, each an increment as an item of a batch is one. For an event source mapping with {@code
 * ReportBatchItemFailures}.
 *
 * <p>Records that have to be delivered again are named in the answer; the others are committed by then. Lambda may deliver
 * any of them again. An event has its effect once by its source and id, and a record that is none counts once by its
 * {@code request_id}, or by its place in its topic when it has none.
 *
 * <p>Events of one key are handled in their order, and those behind one that has to come again are left for then. One that can
 * never be handled is a dead letter in the store. A record of another topic that can never succeed ends where the mapping
 * says: set its number of retries and its destination on failure.
 */
public final class KafkaFunction implements RequestStreamHandler {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaFunction.class);

    private final CounterDocuments counters;
    private final EventBatches batches;
    private final Aftermaths aftermaths;

    /** For Lambda: starts everything. */
    public KafkaFunction() {
        this(FunctionContext.start());
    }

    KafkaFunction(ApplicationContext context) {
        this.counters = context.getBean(CounterDocuments.class);
        this.batches = context.getBean(EventBatches.class);
        this.aftermaths = context.getBean(Aftermaths.class);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        List<KafkaRecord> records = KafkaEvent.read(in);
        var events = new ArrayList<EventBatches.Arrival>();
        // All are started before any is awaited: they share commits.
        List<Optional<CompletableFuture<String>>> added = records.stream().map(record -> {
            Optional<EventBatches.Arrival> event = arrival(record);
            event.ifPresent(events::add);
            return event.isPresent() ? Optional.<CompletableFuture<String>>empty() : Optional.of(add(record));
        }).toList();
        Iterator<Optional<String>> again = batches.handle(events).iterator();
        var failed = new ArrayList<KafkaRecord>();
        for (int i = 0; i < records.size(); i++) {
            String problem = added.get(i).map(CompletableFuture::join).orElseGet(() -> again.next().orElse(""));
            if (!problem.isEmpty()) {
                KafkaRecord record = records.get(i);
                failed.add(record);
                LOG.warn("{} offset {}: {}", record.topicPartition(), record.offset(), problem);
            }
        }
        aftermaths.settle();
        KafkaEvent.writeFailures(out, failed);
    }

    /** Empty for a record of another topic. */
    private Optional<EventBatches.Arrival> arrival(KafkaRecord record) {
        return DeliveredEvents.topic(record.topic(), batches.topics()).map(topic -> arrival(record, topic));
    }

    /** Its order is that of its event's subject, or of its key; where it has neither, of its partition. */
    private static EventBatches.Arrival arrival(KafkaRecord record, String topic) {
        DeliveredEvents.Read read = DeliveredEvents.read(record.value(), record.headers(), "urn:tallygate:kafka",
                record.deliveryId(), topic);
        InvalidInputException flaw = record.flaw().isEmpty()
                ? read.flaw()
                : new InvalidInputException("value", "", record.flaw());
        String subject = read.event().subject();
        String order = record.topicPartition() + (subject == null ? " key " + record.key() : " subject " + subject);
        return new EventBatches.Arrival(new Delivery(topic, record.partition(), record.offset(),
                Instant.ofEpochMilli(record.timestamp()), read.event()), record.deliveryId(), order, flaw);
    }

    /** Empty once it is committed; otherwise why it is not. */
    private CompletableFuture<String> add(KafkaRecord record) {
        if (!record.flaw().isEmpty()) {
            return CompletableFuture.completedFuture(record.flaw());
        }
        return counters.increment(record.value(), record.deliveryId())
                .thenApply(answer -> answer.isProblem() ? new String(answer.json(), StandardCharsets.UTF_8) : "")
                .toCompletableFuture();
    }
}
