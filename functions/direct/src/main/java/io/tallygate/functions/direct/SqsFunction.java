package io.tallygate.functions.direct;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.event.Delivery;
import io.tallygate.event.EventBatches;
import io.tallygate.functions.runtime.Aftermaths;
import io.tallygate.functions.runtime.FunctionContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the events of an SQS queue handled whose name is that of a topic of events ({@code counter_events},
 * {@code usage_events}, {@code payment_events}), or ends with one behind a hyphen. For an event source mapping with {@code
 * ReportBatchItemFailures}.
 *
 * <p>A message is a CloudEvent in JSON, or its data alone, which is known by the message's id. Messages that have to be
 * delivered again are named in the answer. Those of one group of a FIFO queue are handled in their order, and those behind
 * one that has to come again are left for then; any other queue has no order. What can never be handled is a dead letter in
 * the store.
 */
public final class SqsFunction implements RequestStreamHandler {

    private static final Logger LOG = LoggerFactory.getLogger(SqsFunction.class);

    private final EventBatches batches;
    private final Aftermaths aftermaths;

    /** For Lambda: starts everything. */
    public SqsFunction() {
        this(FunctionContext.start());
    }

    SqsFunction(ApplicationContext context) {
        this.batches = context.getBean(EventBatches.class);
        this.aftermaths = context.getBean(Aftermaths.class);
    }

    /** Fails when the queue is none of a topic of events: its messages must stay where they are. */
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        List<SqsMessage> messages = SqsEvent.read(in);
        var arrivals = new ArrayList<EventBatches.Arrival>();
        for (SqsMessage message : messages) {
            arrivals.add(arrival(message));
        }
        List<Optional<String>> again = batches.handle(arrivals);
        var failed = new ArrayList<SqsMessage>();
        for (int i = 0; i < messages.size(); i++) {
            String problem = again.get(i).orElse("");
            if (!problem.isEmpty()) {
                failed.add(messages.get(i));
                LOG.warn("message {} of {}: {}", messages.get(i).id(), messages.get(i).queue(), problem);
            }
        }
        aftermaths.settle();
        SqsEvent.writeFailures(out, failed);
    }

    private EventBatches.Arrival arrival(SqsMessage message) throws IOException {
        String topic = DeliveredEvents.topic(message.queue(), batches.topics())
                .orElseThrow(
                        () -> new IOException("the queue " + message.queue() + " is named after none of the topics "
                                + batches.topics()));
        DeliveredEvents.Read read = DeliveredEvents.read(message.body().getBytes(StandardCharsets.UTF_8), Map.of(),
                "urn:tallygate:sqs", message.id(), topic);
        return new EventBatches.Arrival(new Delivery(topic, 0, message.place(), Instant.ofEpochMilli(message.sentAt()),
                read.event()), message.id(), message.order(), read.flaw());
    }
}
