package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.http.ssl.CertificateProvider;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsTest {

    private static final String GET = "GET /api/v1/counter/a/b HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: r1\r\n\r\n";

    @TempDir
    private Path directory;
    private X509Bundle authority;

    @BeforeEach
    void makeAuthority() throws Exception {
        authority = new CertificateBuilder().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
    }

    private Path certificate() {
        return directory.resolve("tls.crt");
    }

    private Path key() {
        return directory.resolve("tls.key");
    }

    private Certificate writeNew() throws Exception {
        X509Bundle leaf = new CertificateBuilder().subject("CN=localhost").addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
        Files.writeString(certificate(), leaf.getCertificatePathPEM());
        Files.writeString(key(), leaf.getPrivateKeyPEM());
        return leaf.getCertificate();
    }

    private Map<String, Object> settings() {
        return Map.of("tallygate.http.tls.certificate", certificate().toString(), "tallygate.http.tls.key",
                key().toString());
    }

    /** A connection whose handshake is done. */
    private SSLSocket connect(TestServer server) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{authority.toTrustManager()}, null);
        var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.server.getPort());
        socket.setSoTimeout(20_000);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static String get(Socket socket) throws IOException {
        socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        InputStream in = socket.getInputStream();
        var answer = new StringBuilder();
        while (answer.indexOf("}") < 0) {
            int next = in.read();
            assertThat(next).as("after %s", answer).isNotNegative();
            answer.append((char) next);
        }
        return answer.toString();
    }

    @Test
    void get_overTls_isAnsweredAsWithout() throws Exception {
        Certificate served = writeNew();
        try (var server = new TestServer(settings()); SSLSocket socket = connect(server)) {
            assertThat(socket.getSession().getPeerCertificates()).startsWith(served);
            assertThat(get(socket)).startsWith("HTTP/1.1 200 OK").containsIgnoringCase("X-Request-Id: r1")
                    .containsIgnoringCase("date: ").endsWith("}");
        }
    }

    @Test
    void get_withoutTls_getsNoAnswer() throws Exception {
        writeNew();
        try (var server = new TestServer(settings());
                var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.server.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void reload_newFiles_areServedToNewConnectionsAndOpenOnesGoOn() throws Exception {
        Certificate old = writeNew();
        try (var server = new TestServer(settings()); SSLSocket open = connect(server)) {
            get(open);
            Certificate renewed = writeNew();
            look(server);

            try (SSLSocket next = connect(server)) {
                assertThat(next.getSession().getPeerCertificates()).startsWith(renewed);
            }
            assertThat(open.getSession().getPeerCertificates()).startsWith(old);
            assertThat(get(open)).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void reload_brokenFile_keepsTheOldCertificate() throws Exception {
        Certificate old = writeNew();
        try (var server = new TestServer(settings())) {
            Files.writeString(key(), "broken");
            look(server);

            try (SSLSocket next = connect(server)) {
                assertThat(next.getSession().getPeerCertificates()).startsWith(old);
                assertThat(get(next)).startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    private static void look(TestServer server) {
        var certificate = (HttpCertificate) server.server.getApplicationContext().getBean(CertificateProvider.class,
                Qualifiers.byName(HttpCertificate.NAME));
        certificate.look();
        certificate.look();
    }

    @Test
    void start_unusableFiles_namesTheSetting() throws Exception {
        assertThatThrownBy(() -> new TestServer(settings()).close())
                .hasStackTraceContaining(
                        "tallygate.http.tls.certificate is '" + certificate() + "', which does not exist");
        writeNew();
        Files.writeString(key(), "broken");
        assertThatThrownBy(() -> new TestServer(settings()).close())
                .hasStackTraceContaining("tallygate.http.tls.key is '" + key() + "', must hold the private key");
        assertThatThrownBy(() -> new TestServer(
                Map.of("tallygate.http.tls.certificate", certificate().toString())).close())
                .hasStackTraceContaining("tallygate.http.tls.key is missing");
    }
}
