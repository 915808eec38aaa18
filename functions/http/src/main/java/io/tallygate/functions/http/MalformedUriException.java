package io.tallygate.functions.http;

import java.net.URISyntaxException;

/** What was asked for is no URI, so there is no request that could be routed. */
final class MalformedUriException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedUriException(URISyntaxException cause) {
        super(cause);
    }
}
