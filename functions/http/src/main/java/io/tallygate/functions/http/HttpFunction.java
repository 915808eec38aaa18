package io.tallygate.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Answers a request that API Gateway or a function URL hands over, with payload format 2.0. Handler name:
 * {@code io.tallygate.functions.http.HttpFunction}.
 */
public final class HttpFunction implements RequestStreamHandler {

    private final GatewayHandler handler;

    /** For Lambda: starts everything. */
    public HttpFunction() {
        this(FunctionContext.start());
    }

    HttpFunction(ApplicationContext context) {
        this.handler = new GatewayHandler(context);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        GatewayEvents.write(out, handler.answer(GatewayEvents.read(in)));
    }
}
