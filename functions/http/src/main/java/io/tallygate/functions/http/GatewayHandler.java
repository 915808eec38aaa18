package io.tallygate.functions.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.context.ApplicationContext;
import io.micronaut.function.BinaryTypeConfiguration;
import io.micronaut.function.aws.proxy.payload2.APIGatewayV2HTTPEventHandler;
import io.micronaut.servlet.http.BodyBuilder;
import io.micronaut.servlet.http.ServletExchange;

/** The framework's handler, with requests and answers that keep what its own lose. */
final class GatewayHandler extends APIGatewayV2HTTPEventHandler {

    private final BinaryTypeConfiguration binaryTypes;
    private final BodyBuilder bodies;

    GatewayHandler(ApplicationContext context) {
        super(context);
        this.binaryTypes = context.getBean(BinaryTypeConfiguration.class);
        this.bodies = context.getBean(BodyBuilder.class);
    }

    @Override
    protected ServletExchange<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> createExchange(
            APIGatewayV2HTTPEvent event, APIGatewayV2HTTPResponse response) {
        var conversion = applicationContext.getConversionService();
        return new GatewayRequest<>(event, new GatewayResponse<>(conversion, binaryTypes), conversion, bodies);
    }
}
