package io.tallygate.functions.http;

import io.micronaut.http.HttpRequest;
import io.tallygate.http.PathAdvice;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Tells a caller whose id was torn apart before the function saw it. */
@Singleton
final class DecodedPathAdvice implements PathAdvice {

    private static final String WHERE_IDS_ARE = "/api/v1/";

    @Override
    public Optional<String> whereNothingIs(HttpRequest<?> request) {
        return request.getAttribute(GatewayHandler.DECODED_PATH)
                .filter(_ -> request.getPath().startsWith(WHERE_IDS_ARE))
                .map(_ -> "the HTTP API in front decodes paths before this function gets them, so no id with / or ? can"
                        + " be in one: read it with POST /api/v1/counter/batch, or come through a function URL or a"
                        + " REST API");
    }
}
