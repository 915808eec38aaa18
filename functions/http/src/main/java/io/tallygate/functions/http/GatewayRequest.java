package io.tallygate.functions.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.function.aws.proxy.ApiGatewayServletRequest;
import io.micronaut.http.CaseInsensitiveMutableHttpHeaders;
import io.micronaut.http.MutableHttpHeaders;
import io.micronaut.http.MutableHttpParameters;
import io.micronaut.servlet.http.BodyBuilder;
import io.micronaut.servlet.http.ServletHttpResponse;
import io.tallygate.http.RequestTargets;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request as the gateway describes it. The framework's own builds the path anew from a decoded one and splits
 * parameters at commas; here the path is the one that was sent, byte by byte, and a parameter has one value.
 */
final class GatewayRequest<B> extends ApiGatewayServletRequest<B, APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayRequest.class);

    private final ServletHttpResponse<APIGatewayV2HTTPResponse, Object> response;
    private final MutableHttpHeaders headers;
    private final MutableHttpParameters parameters;

    GatewayRequest(APIGatewayV2HTTPEvent event, ServletHttpResponse<APIGatewayV2HTTPResponse, Object> response,
            ConversionService conversion, BodyBuilder bodies) {
        super(conversion, event, uri(event), parseMethod(() -> event.getRequestContext().getHttp().getMethod()), LOG,
                bodies);
        this.response = response;
        var headers = new HashMap<String, List<String>>();
        orEmpty(event.getHeaders()).forEach((name, value) -> headers.put(name, List.of(value)));
        // Not validated here: whoever uses a header says better what is wrong with it.
        this.headers = new CaseInsensitiveMutableHttpHeaders(false, headers, conversion);
        this.parameters = getParameters(() -> orEmpty(event.getQueryStringParameters()), Map::of);
    }

    private static URI uri(APIGatewayV2HTTPEvent event) {
        String query = Objects.requireNonNullElse(event.getRawQueryString(), "");
        try {
            return new URI(RequestTargets
                    .encoded(query.isEmpty() ? event.getRawPath() : event.getRawPath() + '?' + query));
        } catch (URISyntaxException e) {
            throw new MalformedUriException(e);
        }
    }

    private static <T> Map<String, T> orEmpty(Map<String, T> map) {
        return Objects.requireNonNullElse(map, Map.of());
    }

    @Override
    public String getMethodName() {
        return requestEvent.getRequestContext().getHttp().getMethod();
    }

    @Override
    public byte[] getBodyBytes() throws EmptyBodyException {
        return getBodyBytes(requestEvent::getBody, requestEvent::getIsBase64Encoded);
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
    public ServletHttpResponse<APIGatewayV2HTTPResponse, Object> getResponse() {
        return response;
    }
}
