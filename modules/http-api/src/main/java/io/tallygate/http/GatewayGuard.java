package io.tallygate.http;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.http.server.HttpServerConfiguration;
import io.tallygate.access.Tokens;

/**
 * Stops the start of an API that has no server of its own, so that a gateway decides who reaches it, and that asks
 * nobody for a token: unless {@code tallygate.access} is {@code gateway}, by which the operator says that the gateway
 * lets only those pass who may do everything.
 */
@Context
@Requires(classes = HttpServerConfiguration.class, missingClasses = "io.micronaut.http.server.netty.NettyHttpServer")
final class GatewayGuard {

    static final String ACCESS = "tallygate.access";

    GatewayGuard(Tokens tokens, @Property(name = ACCESS, defaultValue = "tokens") String access) {
        if (!access.equals("tokens") && !access.equals("gateway")) {
            throw new ConfigurationException(ACCESS + " is '" + access + "', must be tokens or gateway");
        }
        if (access.equals("tokens") && tokens.isEmpty()) {
            throw new ConfigurationException("no token is configured: set tallygate.tokens.<name>.sha256 and .scopes,"
                    + " or set " + ACCESS + " to gateway when the gateway itself (AWS_IAM, an authorizer) lets only"
                    + " those pass who may do everything");
        }
    }
}
