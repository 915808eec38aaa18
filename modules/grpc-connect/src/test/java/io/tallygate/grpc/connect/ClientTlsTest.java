package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micronaut.context.ApplicationContext;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings under {@code tallygate.services.tls} against servers whose clients must show a certificate. */
final class ClientTlsTest {

    private static final String TLS = "tallygate.services.tls.";

    @TempDir
    private Path directory;
    private X509Bundle authority;
    private @Nullable Server server;

    @BeforeEach
    void makeAuthority() throws Exception {
        authority = new CertificateBuilder().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle client = new CertificateBuilder().subject("CN=gateway").buildIssuedBy(authority);
        write("ca.crt", authority.getCertificatePEM());
        write("client.crt", client.getCertificatePathPEM());
        write("client.key", client.getPrivateKeyPEM());
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.shutdownNow().awaitTermination();
        }
    }

    private String write(String name, String content) throws Exception {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private void serve(CertificateBuilder builder) throws Exception {
        X509Bundle leaf = builder.subject("CN=service").buildIssuedBy(authority);
        var health = new HealthStatusManager();
        health.setStatus(PortStub.SERVICE, ServingStatus.SERVING);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcSslContexts
                        .configure(SslContextBuilder.forServer(leaf.getKeyPair().getPrivate(),
                                leaf.getCertificatePath()))
                        .trustManager(authority.getCertificate()).clientAuth(ClientAuth.REQUIRE).build())
                .addService(health.getHealthService()).build().start();
    }

    private Map<String, Object> settings() {
        return new HashMap<>(Map.of("tallygate.services.counter.addresses",
                "127.0.0.1:" + (server == null ? 1 : server.getPort()), "tallygate.services.channels", "1",
                "tallygate.services.connect-timeout", "5s", TLS + "ca", directory.resolve("ca.crt").toString(),
                TLS + "certificate", directory.resolve("client.crt").toString(), TLS + "key",
                directory.resolve("client.key").toString()));
    }

    /** Calls over the pool and over the instance's own channel. */
    private static void call(Map<String, Object> settings) {
        try (var context = ApplicationContext.run(settings)) {
            Channels channels = context.getBean(Channels.class);
            channels.warmUp().toCompletableFuture().join();
            Channel single = channels.to(channels.instances().getFirst());
            HealthGrpc.newBlockingStub(single).withDeadlineAfter(20, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance());
        }
    }

    private static void assertRefused(Map<String, Object> settings) {
        settings.put("tallygate.services.connect-timeout", "400ms");
        assertThatThrownBy(() -> call(settings)).isInstanceOf(CompletionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"round-robin", "weighted", "least-request", "latency", "consistent-hash"})
    void call_withEveryPolicy_isAnsweredByAnInstanceWhoseAddressItsCertificateNames(String policy) throws Exception {
        serve(new CertificateBuilder().addSanIpAddress("127.0.0.1"));
        Map<String, Object> settings = settings();
        settings.put("tallygate.services.policy", policy);

        call(settings);
    }

    @Test
    void call_certificateOfAnotherName_isRefusedUnlessTheNameIsSet() throws Exception {
        serve(new CertificateBuilder().addSanDnsName("counter.internal"));
        Map<String, Object> settings = settings();
        assertRefused(settings());

        settings.put(TLS + "server-name", "counter.internal");
        call(settings);
    }

    @Test
    void call_instanceOfAnotherAuthority_isRefused() throws Exception {
        serve(new CertificateBuilder().addSanIpAddress("127.0.0.1"));
        write("ca.crt", new CertificateBuilder().subject("CN=other").setIsCertificateAuthority(true).buildSelfSigned()
                .getCertificatePEM());

        assertRefused(settings());
    }

    @Test
    void call_withoutACertificateWhereOneIsNeeded_isRefused() throws Exception {
        serve(new CertificateBuilder().addSanIpAddress("127.0.0.1"));
        Map<String, Object> settings = settings();
        settings.remove(TLS + "certificate");
        settings.remove(TLS + "key");

        assertRefused(settings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca", "certificate", "key"})
    void start_unusableFile_namesTheSetting(String file) {
        Map<String, Object> settings = settings();
        settings.put(TLS + file, directory.resolve("none").toString());
        try (var context = ApplicationContext.run(settings)) {
            assertThatThrownBy(() -> context.getBean(Channels.class))
                    .hasStackTraceContaining(TLS + file + " is '" + directory.resolve("none") + "'");
        }
    }

    @Test
    void start_certificateWithoutKey_namesTheSetting() {
        Map<String, Object> settings = settings();
        settings.remove(TLS + "key");
        try (var context = ApplicationContext.run(settings)) {
            assertThatThrownBy(() -> context.getBean(Channels.class)).hasStackTraceContaining(TLS + "key is missing");
        }
    }
}
