package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.tallygate.kernel.ProblemKind;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Asks Netty's decoder. Where requests come from elsewhere, there is no Netty server on the class path. */
@Singleton
@Requires(classes = NettyHttpRequest.class)
final class NettyUnreadRequests implements UnreadRequests {

    @Override
    public @Nullable ProblemKind problemOf(HttpRequest<?> request) {
        return switch (cause(request)) {
            case TooLongHttpLineException _ -> HttpProblem.URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpProblem.HEADERS_TOO_LARGE;
            case null, default -> null;
        };
    }

    @Override
    public @Nullable Problem refusalOf(HttpRequest<?> request) {
        return cause(request) instanceof ProblemException refused ? refused.problem() : null;
    }

    private static @Nullable Throwable cause(HttpRequest<?> request) {
        return request instanceof NettyHttpRequest<?> netty ? netty.getNativeRequest().decoderResult().cause() : null;
    }
}
