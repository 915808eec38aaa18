package io.tallygate.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;

/**
 * Answers a request that API Gateway or a function URL hands over, with payload format 2.0. Handler name:
 * {@code io.tallygate.functions.http.HttpFunction}.
 */
public final class HttpFunction implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

    private final GatewayHandler handler;

    /** For Lambda: starts everything. */
    public HttpFunction() {
        this(FunctionContext.start());
    }

    HttpFunction(ApplicationContext context) {
        this.handler = new GatewayHandler(context);
    }

    @Override
    public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
        return handler.answer(event);
    }
}
