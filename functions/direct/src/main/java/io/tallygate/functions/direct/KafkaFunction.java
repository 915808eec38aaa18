package io.tallygate.functions.direct;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.CounterDocuments;
import io.tallygate.http.CounterDocuments.Document;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds what the records of a Kafka topic say, each an increment as an item of a batch is one. For an event source
 * mapping with {@code ReportBatchItemFailures}.
 *
 * <p>Every record of a batch is tried, and those that failed are named in the answer; the others are committed by then.
 * Lambda delivers again from the first that failed on, so each record counts once by its {@code request_id}, or by its
 * place in its topic when it has none. One that can never succeed ends where the mapping says: set its number of
 * retries and its destination on failure.
 */
public final class KafkaFunction implements RequestStreamHandler {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaFunction.class);

    private final CounterDocuments counters;

    /** For Lambda: starts everything. */
    public KafkaFunction() {
        this(FunctionContext.start());
    }

    KafkaFunction(ApplicationContext context) {
        this.counters = context.getBean(CounterDocuments.class);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        List<KafkaRecord> records = KafkaEvent.read(in);
        // All are started before any is awaited: they share commits.
        List<CompletableFuture<Document>> answers = records.stream()
                .map(record -> counters.increment(record.value(), record.deliveryId()).toCompletableFuture()).toList();
        var failed = new ArrayList<KafkaRecord>();
        for (int i = 0; i < records.size(); i++) {
            Document answer = answers.get(i).join();
            if (answer.isProblem()) {
                KafkaRecord record = records.get(i);
                failed.add(record);
                LOG.warn("{} offset {}: {}", record.topicPartition(), record.offset(),
                        new String(answer.json(), StandardCharsets.UTF_8));
            }
        }
        KafkaEvent.writeFailures(out, failed);
    }
}
