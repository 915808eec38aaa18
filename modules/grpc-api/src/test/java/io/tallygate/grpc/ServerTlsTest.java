package io.tallygate.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.GetRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerTlsTest {

    private static final String CERTIFICATE = "tallygate.grpc.tls.certificate";
    private static final String KEY = "tallygate.grpc.tls.key";
    private static final String CLIENT_CA = "tallygate.grpc.tls.client-ca";

    @TempDir
    private Path directory;
    private X509Bundle authority;

    @BeforeEach
    void makeFiles() throws Exception {
        authority = authority();
        writeServer(authority);
    }

    private static X509Bundle authority() throws Exception {
        return new CertificateBuilder().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
    }

    private static X509Bundle leaf(X509Bundle authority) throws Exception {
        return new CertificateBuilder().subject("CN=leaf").addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
    }

    private Path write(String name, String content) throws Exception {
        return Files.writeString(directory.resolve(name), content);
    }

    private void writeServer(X509Bundle authority) throws Exception {
        X509Bundle server = leaf(authority);
        write("tls.crt", server.getCertificatePathPEM());
        write("tls.key", server.getPrivateKeyPEM());
    }

    private Map<String, Object> settings() {
        return new HashMap<>(Map.of(CERTIFICATE, directory.resolve("tls.crt").toString(), KEY,
                directory.resolve("tls.key").toString()));
    }

    private static ManagedChannel channel(int port, X509Bundle trusted, @Nullable X509Bundle client) throws Exception {
        SslContextBuilder context = GrpcSslContexts.forClient().trustManager(trusted.getCertificate());
        if (client != null) {
            context.keyManager(client.getKeyPair().getPrivate(), client.getCertificatePath());
        }
        return NettyChannelBuilder.forAddress("127.0.0.1", port).sslContext(context.build()).build();
    }

    private static void call(ManagedChannel channel) {
        CounterServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
                .get(GetRequest.newBuilder().setCounter(TestServer.key("a")).build());
    }

    private static void callOnce(int port, X509Bundle trusted, @Nullable X509Bundle client) throws Exception {
        ManagedChannel channel = channel(port, trusted, client);
        try {
            call(channel);
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static void assertUnavailable(int port, X509Bundle trusted, @Nullable X509Bundle client) {
        assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> callOnce(port, trusted, client))
                .satisfies(failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    private static void look(TestServer server) {
        ServerTls tls = server.context.getBean(ServerTls.class);
        tls.look();
        tls.look();
    }

    @Test
    void call_overTls_isAnsweredAndOneWithoutIsNot() throws Exception {
        try (var server = new TestServer(settings())) {
            callOnce(server.port(), authority, null);

            assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> server.value("a"));
        }
    }

    @Test
    void reload_newFiles_areServedToNewConnectionsAndOpenOnesGoOn() throws Exception {
        try (var server = new TestServer(settings())) {
            ManagedChannel open = channel(server.port(), authority, null);
            call(open);
            X509Bundle other = authority();
            writeServer(other);
            look(server);

            callOnce(server.port(), other, null);
            assertUnavailable(server.port(), authority, null);
            call(open);
            open.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void reload_brokenFile_keepsTheOldCertificate() throws Exception {
        try (var server = new TestServer(settings())) {
            write("tls.key", "broken");
            look(server);

            callOnce(server.port(), authority, null);
        }
    }

    @Test
    void call_withoutTheCertificateThatClientsNeed_isRefused() throws Exception {
        X509Bundle clients = authority();
        Map<String, Object> settings = settings();
        settings.put(CLIENT_CA, write("clients.crt", clients.getCertificatePEM()).toString());
        try (var server = new TestServer(settings)) {
            callOnce(server.port(), authority, leaf(clients));
            assertUnavailable(server.port(), authority, null);
            assertUnavailable(server.port(), authority, leaf(authority));
        }
    }

    @Test
    void start_reachableByOthers_isAllowedWhereClientsNeedACertificate() throws Exception {
        Map<String, Object> settings = settings();
        settings.put("tallygate.grpc.host", "0.0.0.0");
        assertThatThrownBy(() -> new TestServer(settings).close())
                .hasStackTraceContaining("tallygate.grpc.host is '0.0.0.0'");

        settings.put(CLIENT_CA, write("clients.crt", authority.getCertificatePEM()).toString());
        try (var server = new TestServer(settings)) {
            callOnce(server.port(), authority, leaf(authority));
        }
    }

    @Test
    void start_unusableFiles_namesTheSetting() throws Exception {
        Map<String, Object> settings = settings();
        settings.put(CLIENT_CA, directory.resolve("none").toString());
        assertThatThrownBy(() -> new TestServer(settings).close()).hasStackTraceContaining(CLIENT_CA + " is '");
        write("tls.key", "broken");
        assertThatThrownBy(() -> new TestServer(settings()).close()).hasStackTraceContaining(KEY + " is '");
        assertThatThrownBy(() -> new TestServer(Map.of(CERTIFICATE, "x")).close())
                .hasStackTraceContaining(KEY + " is missing");
    }
}
