package io.tallygate.functions.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.context.ApplicationContext;
import io.micronaut.function.BinaryTypeConfiguration;
import io.micronaut.function.aws.proxy.payload2.APIGatewayV2HTTPEventHandler;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.servlet.http.BodyBuilder;
import io.micronaut.servlet.http.ServletExchange;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The framework's handler, with requests and answers that keep what its own lose. */
final class GatewayHandler extends APIGatewayV2HTTPEventHandler {

    private final BinaryTypeConfiguration binaryTypes;
    private final BodyBuilder bodies;
    private final ErrorResponseProcessor<?> errors;

    GatewayHandler(ApplicationContext context) {
        super(context);
        this.binaryTypes = context.getBean(BinaryTypeConfiguration.class);
        this.bodies = context.getBean(BodyBuilder.class);
        this.errors = context.getBean(ErrorResponseProcessor.class);
    }

    APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event) {
        try {
            return exchange(event, new APIGatewayV2HTTPResponse()).getResponse().getNativeResponse();
        } catch (MalformedUriException e) {
            return badRequest();
        }
    }

    /** As the API answers every request that the framework could not make sense of. */
    private APIGatewayV2HTTPResponse badRequest() {
        MutableHttpResponse<?> problem = errors
                .processResponse(ErrorContext.builder(HttpRequest.GET("/")).build(), HttpResponse.badRequest());
        return APIGatewayV2HTTPResponse.builder().withStatusCode(problem.code())
                .withHeaders(Map.of(HttpHeaders.CONTENT_TYPE, problem.getContentType().orElseThrow().toString()))
                .withBody(new String((byte[]) problem.body(), StandardCharsets.UTF_8)).build();
    }

    @Override
    protected ServletExchange<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> createExchange(
            APIGatewayV2HTTPEvent event, APIGatewayV2HTTPResponse response) {
        var conversion = applicationContext.getConversionService();
        return new GatewayRequest<>(event, new GatewayResponse<>(conversion, binaryTypes), conversion, bodies);
    }
}
