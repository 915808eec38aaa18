package io.tallygate.http;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.tallygate.access.Tokens;
import io.tallygate.kernel.CommonSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops the start of a server that anyone could reach and that asks nobody for a token. */
@Context
@Requires(classes = NettyHttpServer.class)
final class LoopbackGuard {

    private static final Logger LOG = LoggerFactory.getLogger(LoopbackGuard.class);

    LoopbackGuard(HttpServerConfiguration server, Tokens tokens) {
        String host = server.getHost().orElse("0.0.0.0");
        tokens.requireLoopbackWithoutTokens(CommonSettings.HOST.name(), host);
        if (tokens.isEmpty()) {
            LOG.info("No tokens are configured (tallygate.tokens): everything is allowed, from this machine only ({})",
                    host);
        }
    }
}
