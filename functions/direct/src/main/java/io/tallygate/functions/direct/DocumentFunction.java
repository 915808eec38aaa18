package io.tallygate.functions.direct;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.http.CounterDocuments;
import io.tallygate.http.CounterDocuments.Document;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletionStage;

/** A function that answers one JSON document with another. */
abstract class DocumentFunction implements RequestStreamHandler {

    /** One call of the contract. */
    @FunctionalInterface
    interface Call {
        CompletionStage<Document> on(CounterDocuments counters, byte[] document);
    }

    private final CounterDocuments counters;
    private final Call call;

    DocumentFunction(ApplicationContext context, Call call) {
        this.counters = context.getBean(CounterDocuments.class);
        this.call = call;
    }

    @Override
    public final void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        out.write(call.on(counters, in.readAllBytes()).toCompletableFuture().join().json());
    }
}
