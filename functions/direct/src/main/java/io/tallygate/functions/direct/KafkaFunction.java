package io.tallygate.functions.direct;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.counter.CounterDocuments;
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
 * Lambda may deliver any of them again, so each record counts once by its {@code request_id}, or by its place in its
 * topic when it has none. One that can never succeed ends where the mapping says: set its number of
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
        List<CompletableFuture<String>> problems = records.stream().map(this::add).toList();
        var failed = new ArrayList<KafkaRecord>();
        for (int i = 0; i < records.size(); i++) {
            String problem = problems.get(i).join();
            if (!problem.isEmpty()) {
                KafkaRecord record = records.get(i);
                failed.add(record);
                LOG.warn("{} offset {}: {}", record.topicPartition(), record.offset(), problem);
            }
        }
        KafkaEvent.writeFailures(out, failed);
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
