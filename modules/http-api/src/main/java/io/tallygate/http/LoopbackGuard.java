package io.tallygate.http;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.NettyHttpServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops the start of a server that anyone could reach and that asks nobody for a token. */
@Context
@Requires(classes = NettyHttpServer.class)
final class LoopbackGuard {

    private static final Logger LOG = LoggerFactory.getLogger(LoopbackGuard.class);

    LoopbackGuard(HttpServerConfiguration server, List<Token> tokens) {
        if (tokens.isEmpty()) {
            String host = server.getHost().orElse("0.0.0.0");
            if (!isLoopback(host)) {
                throw new ConfigurationException("tallygate.host is " + host
                        + ", which others can reach, and no token is configured: set tallygate.tokens.<name>.sha256"
                        + " and .scopes, or set tallygate.host to 127.0.0.1");
            }
            LOG.info("No tokens are configured (tallygate.tokens): everything is allowed, from this machine only ({})",
                    host);
        }
    }

    private static boolean isLoopback(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            throw new ConfigurationException("tallygate.host: " + host + " is not a host that this machine knows", e);
        }
    }
}
