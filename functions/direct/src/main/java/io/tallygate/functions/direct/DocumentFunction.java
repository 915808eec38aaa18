package io.tallygate.functions.direct;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.tallygate.http.Document;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A function that answers one JSON document with another. */
abstract class DocumentFunction implements RequestStreamHandler {

    private final Function<byte[], CompletionStage<Document>> call;
    private final Runnable afterwards;

    /** @param call one call of the contract, whose stage does not fail */
    DocumentFunction(Function<byte[], CompletionStage<Document>> call) {
        this(call, () -> {});
    }

    /** @param afterwards is done before the answer is handed over; it does not fail */
    DocumentFunction(Function<byte[], CompletionStage<Document>> call, Runnable afterwards) {
        this.call = call;
        this.afterwards = afterwards;
    }

    @Override
    public final void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        Document answer = call.apply(in.readAllBytes()).toCompletableFuture().join();
        afterwards.run();
        out.write(answer.json());
    }
}
