package io.tallygate.functions.http;

import io.micronaut.core.convert.ConversionService;
import io.micronaut.function.aws.proxy.ApiGatewayServletRequest;
import io.micronaut.function.aws.proxy.MapListOfStringAndMapStringMutableHttpParameters;
import io.micronaut.http.CaseInsensitiveMutableHttpHeaders;
import io.micronaut.http.MutableHttpHeaders;
import io.micronaut.http.MutableHttpParameters;
import io.micronaut.servlet.http.BodyBuilder;
import io.micronaut.servlet.http.ServletHttpResponse;
import io.tallygate.http.RequestTargets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request as an event describes it. The framework's own build the path anew from a decoded one and split parameters at
 * commas; here the path is the one that was sent, as far as the front tells it, and a parameter's value is whole.
 */
final class GatewayRequest<B> extends ApiGatewayServletRequest<B, HttpEvent, HttpAnswer> {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayRequest.class);

    private static final String UNKNOWN = "unknown";

    private final ServletHttpResponse<HttpAnswer, Object> response;
    private final MutableHttpHeaders headers;
    private final MutableHttpParameters parameters;
    private final byte[] body;
    private final InetSocketAddress remote;

    /** @throws UnreadableRequestException when its path, its query or its body cannot be decoded */
    GatewayRequest(HttpEvent event, ServletHttpResponse<HttpAnswer, Object> response, ConversionService conversion,
            BodyBuilder bodies) {
        super(conversion, event, uri(event), parseMethod(event::method), LOG, bodies);
        this.response = response;
        // Not validated here: whoever uses a header says better what is wrong with it.
        this.headers = new CaseInsensitiveMutableHttpHeaders(false, event.headers(), conversion);
        this.parameters = new MapListOfStringAndMapStringMutableHttpParameters(conversion, parameters(event.query()),
                Map.of());
        this.body = body(event);
        this.remote = remote(event.sourceIp());
    }

    private static InetSocketAddress remote(String sourceIp) {
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(sourceIp), 0);
        } catch (IllegalArgumentException e) {
            return InetSocketAddress.createUnresolved(UNKNOWN, 0);
        }
    }

    private static URI uri(HttpEvent event) {
        // Two slashes would begin the name of a host.
        String path = event.path().startsWith("//") ? "//" + event.path() : event.path();
        try {
            return new URI(RequestTargets.encoded(event.query().isEmpty() ? path : path + '?' + event.query()));
        } catch (URISyntaxException e) {
            throw new UnreadableRequestException(e);
        }
    }

    /** @param query one that is part of a URI, so that it can be decoded */
    private static Map<String, List<String>> parameters(String query) {
        var parameters = new LinkedHashMap<String, List<String>>();
        for (String parameter : query.split("&", -1)) {
            if (!parameter.isEmpty()) {
                String[] parts = parameter.split("=", 2);
                parameters.computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>())
                        .add(parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static byte[] body(HttpEvent event) {
        try {
            return event.isBase64()
                    ? Base64.getDecoder().decode(event.body())
                    : event.body().getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UnreadableRequestException(e);
        }
    }

    @Override
    public String getMethodName() {
        return requestEvent.method();
    }

    @Override
    public byte[] getBodyBytes() {
        return body;
    }

    /** Whom the front has it from, as servers have it from the connection; its port is not told. */
    @Override
    public InetSocketAddress getRemoteAddress() {
        return remote;
    }

    @Override
    public MutableHttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public MutableHttpParameters getParameters() {
        return parameters;
    }

    @Override
    public ServletHttpResponse<HttpAnswer, Object> getResponse() {
        return response;
    }
}
