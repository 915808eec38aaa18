package io.tallygate.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.tallygate.kernel.Await;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnHealthTest {

    @TempDir
    private Path directory;

    @Test
    void serving_serverThatWantsCertificates_isShownItsOwn() throws Exception {
        X509Bundle own = new CertificateBuilder().subject("CN=own").setIsCertificateAuthority(true).buildSelfSigned();
        Path certificate = Files.writeString(directory.resolve("tls.crt"), own.getCertificatePEM());
        Path key = Files.writeString(directory.resolve("tls.key"), own.getPrivateKeyPEM());
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .sslContext(GrpcSslContexts
                        .configure(SslContextBuilder.forServer(own.getKeyPair().getPrivate(), own.getCertificatePath()))
                        .trustManager(own.getCertificate()).clientAuth(ClientAuth.REQUIRE).build())
                .addService(new HealthStatusManager().getHealthService()).build().start();
        var files = new OwnCertificate(certificate.toString(), key.toString());
        try (var health = new OwnHealth("127.0.0.1", server.getPort(), files);
                var plain = new OwnHealth("127.0.0.1", server.getPort(), null)) {
            // Nor does the first handshake of a busy machine end within the time for one answer.
            Await.until("it serves", health::serving);
            assertThat(plain.serving()).isFalse();
        } finally {
            files.close();
            server.shutdownNow().awaitTermination();
        }
    }
}
