package io.tallygate.functions.http;

import io.micronaut.core.convert.ConversionService;
import io.micronaut.function.BinaryTypeConfiguration;
import io.micronaut.function.aws.proxy.AbstractServletHttpResponse;
import java.util.HashMap;
import java.util.List;

/** An answer as the framework fills it in. */
final class GatewayResponse<B> extends AbstractServletHttpResponse<HttpAnswer, B> {

    GatewayResponse(ConversionService conversion, BinaryTypeConfiguration binaryTypes) {
        super(conversion, binaryTypes);
    }

    @Override
    public HttpAnswer getNativeResponse() {
        var all = new HashMap<String, List<String>>();
        headers.forEach((name, values) -> all.put(name, List.copyOf(values)));
        return new HttpAnswer(status, all, body.toByteArray());
    }
}
