package io.tallygate.grpc.ratelimit;

import static io.tallygate.grpc.Refusals.failureOf;
import static io.tallygate.grpc.ratelimit.EnvoyExchange.request;
import static io.tallygate.grpc.ratelimit.EnvoyExchange.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Envoy's port where the server speaks TLS and wants certificates of its clients. */
@Timeout(120)
final class EnvoyPortTlsTest {

    @TempDir
    private Path directory;
    private X509Bundle authority;

    @BeforeEach
    void makeFiles() throws Exception {
        authority = new CertificateBuilder().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle server = leaf();
        Files.writeString(directory.resolve("tls.crt"), server.getCertificatePathPEM());
        Files.writeString(directory.resolve("tls.key"), server.getPrivateKeyPEM());
        Files.writeString(directory.resolve("ca.crt"), authority.getCertificatePEM());
    }

    private X509Bundle leaf() throws Exception {
        return new CertificateBuilder().subject("CN=leaf").addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
    }

    private LimitServer start(boolean anonymous) {
        return new LimitServer(new HashMap<>(Map.of(
                "tallygate.grpc.tls.certificate", directory.resolve("tls.crt").toString(),
                "tallygate.grpc.tls.key", directory.resolve("tls.key").toString(),
                "tallygate.grpc.tls.client-ca", directory.resolve("ca.crt").toString(),
                "tallygate.ratelimit.envoy.ports", "0",
                "tallygate.ratelimit.envoy.anonymous", Boolean.toString(anonymous))));
    }

    private ManagedChannel channel(LimitServer server, @Nullable X509Bundle client) throws Exception {
        SslContextBuilder context = GrpcSslContexts.forClient().trustManager(authority.getCertificate());
        if (client != null) {
            context.keyManager(client.getKeyPair().getPrivate(), client.getCertificatePath());
        }
        return NettyChannelBuilder.forAddress("127.0.0.1", server.bean(EnvoyPort.class).port())
                .sslContext(context.build()).build();
    }

    @Test
    void anonymousPort_wantsNoCertificateOfAnEnvoy() throws Exception {
        try (var server = start(true)) {
            ManagedChannel channel = channel(server, null);

            assertThat(shown(LimitServer.envoy(channel).shouldRateLimit(request("d", "a=1", 0)))).isEqualTo("OK [OK]");
            channel.shutdownNow();
        }
    }

    @Test
    void port_wantsACertificateOfAnEnvoy() throws Exception {
        try (var server = start(false)) {
            ManagedChannel without = channel(server, null);
            ManagedChannel with = channel(server, leaf());

            assertThat(failureOf(() -> LimitServer.envoy(without).shouldRateLimit(request("d", "a=1", 0))).getStatus()
                    .getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(shown(LimitServer.envoy(with).shouldRateLimit(request("d", "a=1", 0)))).isEqualTo("OK [OK]");
            without.shutdownNow();
            with.shutdownNow();
        }
    }
}
