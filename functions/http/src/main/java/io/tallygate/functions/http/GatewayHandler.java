package io.tallygate.functions.http;

import io.micronaut.context.ApplicationContext;
import io.micronaut.function.BinaryTypeConfiguration;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.servlet.http.BodyBuilder;
import io.micronaut.servlet.http.ServletExchange;
import io.micronaut.servlet.http.ServletHttpHandler;
import io.tallygate.http.RequestIds;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Has the API answer events. */
final class GatewayHandler extends ServletHttpHandler<HttpEvent, HttpAnswer> {

    /** The attribute of requests whose path the front has decoded. */
    static final String DECODED_PATH = "io.tallygate.functions.http.decoded-path";

    private static final HttpAnswer NONE_YET = new HttpAnswer(0, Map.of(), new byte[0]);

    private final BinaryTypeConfiguration binaryTypes;
    private final BodyBuilder bodies;
    private final ErrorResponseProcessor<?> errors;

    GatewayHandler(ApplicationContext context) {
        super(context, context.getConversionService());
        this.binaryTypes = context.getBean(BinaryTypeConfiguration.class);
        this.bodies = context.getBean(BodyBuilder.class);
        this.errors = context.getBean(ErrorResponseProcessor.class);
    }

    HttpAnswer answer(HttpEvent event) {
        return named(event, routed(event));
    }

    private HttpAnswer routed(HttpEvent event) {
        try {
            return exchange(event, NONE_YET).getResponse().getNativeResponse();
        } catch (UnreadableRequestException e) {
            return badRequest();
        }
    }

    /** As the API answers every request that the framework could not make sense of. */
    private HttpAnswer badRequest() {
        MutableHttpResponse<?> problem = errors
                .processResponse(ErrorContext.builder(HttpRequest.GET("/")).build(), HttpResponse.badRequest());
        return new HttpAnswer(problem.code(),
                Map.of(HttpHeaders.CONTENT_TYPE, List.of(problem.getContentType().orElseThrow().toString())),
                (byte[]) problem.getBody().orElseThrow());
    }

    /** Servers let each answer carry its request's id back at the connection, which a function has none of. */
    private static HttpAnswer named(HttpEvent event, HttpAnswer answer) {
        List<String> ids = event.headers().getOrDefault(RequestIds.HEADER.toLowerCase(Locale.ROOT), List.of());
        String id = ids.isEmpty() ? null : RequestIds.valid(ids.getFirst());
        if (id == null) {
            return answer;
        }
        var headers = new HashMap<>(answer.headers());
        headers.put(RequestIds.HEADER, List.of(id));
        return new HttpAnswer(answer.status(), headers, answer.body());
    }

    @Override
    protected ServletExchange<HttpEvent, HttpAnswer> createExchange(HttpEvent event, HttpAnswer unused) {
        var conversion = applicationContext.getConversionService();
        var request = new GatewayRequest<>(event, new GatewayResponse<>(conversion, binaryTypes), conversion, bodies);
        if (event.front().decodesPaths()) {
            request.setAttribute(DECODED_PATH, true);
        }
        return request;
    }
}
