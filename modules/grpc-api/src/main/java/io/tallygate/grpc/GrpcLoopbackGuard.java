package io.tallygate.grpc;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.grpc.server.GrpcServerConfiguration;
import io.tallygate.access.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * Stops the start of a server that anyone could reach and that asks nobody for a token, nor for a certificate ({@code
 * tallygate.grpc.tls.client-ca}).
 */
@Context
final class GrpcLoopbackGuard {

    GrpcLoopbackGuard(GrpcServerConfiguration server, Tokens tokens,
            @Property(name = ServerTls.CLIENT_CA) @Nullable String clientCa) {
        if (clientCa == null) {
            tokens.requireLoopbackWithoutTokens(GrpcSettingGroup.HOST.name(), server.getServerHost().orElse("0.0.0.0"));
        }
    }
}
