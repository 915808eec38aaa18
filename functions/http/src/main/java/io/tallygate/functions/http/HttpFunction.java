package io.tallygate.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.Aftermaths;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.ratelimit.rules.RuleRefresh;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Answers a request that a function URL, an HTTP API, a REST API or an Application Load Balancer hands over, each in the
 * shape that it wants. Handler name: {@code io.tallygate.functions.http.HttpFunction}.
 */
public final class HttpFunction implements RequestStreamHandler {

    private final GatewayHandler handler;
    private final GatewayEvents events;
    private final RuleRefresh rules;
    private final Aftermaths aftermaths;

    /** For Lambda: starts everything. */
    public HttpFunction() {
        this(FunctionContext.start());
    }

    HttpFunction(ApplicationContext context) {
        this.handler = new GatewayHandler(context);
        this.events = new GatewayEvents(
                new GatewayPaths(FunctionHttpSettingGroup.BASE_PATH
                        .find(name -> context.getProperty(name, String.class)).orElse("")));
        this.rules = context.getBean(RuleRefresh.class);
        this.aftermaths = context.getBean(Aftermaths.class);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        HttpEvent event = events.read(in);
        rules.ifDue();
        HttpAnswer answer = handler.answer(event);
        aftermaths.settle();
        GatewayEvents.write(out, event.front(), answer);
    }
}
