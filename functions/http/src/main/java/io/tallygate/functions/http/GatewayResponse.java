package io.tallygate.functions.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.function.BinaryTypeConfiguration;
import io.micronaut.function.aws.proxy.payload2.APIGatewayV2HTTPResponseServletResponse;
import java.util.TreeMap;

/** An answer for the gateway, whose payload format 2.0 has one value a header: several become one, by comma. */
final class GatewayResponse<B> extends APIGatewayV2HTTPResponseServletResponse<B> {

    GatewayResponse(ConversionService conversion, BinaryTypeConfiguration binaryTypes) {
        super(conversion, binaryTypes);
    }

    @Override
    public APIGatewayV2HTTPResponse getNativeResponse() {
        APIGatewayV2HTTPResponse response = super.getNativeResponse();
        var joined = new TreeMap<String, String>();
        headers.forEach((name, values) -> joined.put(name, String.join(", ", values)));
        response.setHeaders(joined);
        response.setMultiValueHeaders(null);
        return response;
    }
}
