package io.tallygate.grpc;

import io.micronaut.context.annotation.Context;
import io.micronaut.grpc.server.GrpcServerConfiguration;
import io.tallygate.access.Tokens;

/** Stops the start of a server that anyone could reach and that asks nobody for a token. */
@Context
final class GrpcLoopbackGuard {

    GrpcLoopbackGuard(GrpcServerConfiguration server, Tokens tokens) {
        tokens.requireLoopbackWithoutTokens("tallygate.grpc.host", server.getServerHost().orElse("0.0.0.0"));
    }
}
