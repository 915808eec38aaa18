package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.tallygate.counter.v1.CounterKey;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.GetRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program that serves over TLS, with files that its operator replaces. */
@OwnDeployment
@OneDeploymentIsEnough
@StoreDoesNotMatter
@Timeout(120)
class TlsIT {

    private static final Path DIRECTORY = TemporaryDirectories.create("tls");
    private static final Duration RELOAD_MAX = Duration.ofSeconds(30);
    private static final Duration REFUSAL = Duration.ofSeconds(30);

    private final Certificates certificates = Certificates.in(DIRECTORY);

    private Launch launch() {
        return Launch.patient().with("TALLYGATE_HTTP_TLS_CERTIFICATE", certificates.certificateFile().toString())
                .with("TALLYGATE_HTTP_TLS_KEY", certificates.keyFile().toString())
                .with("TALLYGATE_GRPC_TLS_CERTIFICATE", certificates.certificateFile().toString())
                .with("TALLYGATE_GRPC_TLS_KEY", certificates.keyFile().toString());
    }

    @AfterAll
    static void deleteFiles() {
        TemporaryDirectories.delete(DIRECTORY);
    }

    private static SSLContext trusting(X509Certificate authority) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority);
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    /** What a new connection is answered, and with which certificate. */
    private HttpResponse<String> get(URI baseUrl, String path) {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(certificates.authority())).build()) {
            return client.send(HttpRequest.newBuilder(baseUrl.resolve(path)).timeout(Duration.ofSeconds(10)).build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isReady(URI baseUrl) {
        try {
            return get(baseUrl, "/health/readiness").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static Certificate certificateOf(HttpResponse<?> answer) {
        try {
            return answer.sslSession().orElseThrow().getPeerCertificates()[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ManagedChannel channel(int port) throws IOException {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .sslContext(GrpcSslContexts.forClient().trustManager(certificates.authority()).build()).build();
    }

    private static long value(ManagedChannel channel) throws StatusRuntimeException {
        return CounterServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS)
                .get(GetRequest.newBuilder()
                        .setCounter(CounterKey.newBuilder().setResourceId("a").setCounterType("b")).build())
                .getReading().getValue();
    }

    @Test
    void itServesOverTlsAndTakesNewFilesWithoutARestart() throws Exception {
        try (var program = new MonolithProcess(Deployments.jar(), launch())) {
            program.launch();
            URI baseUrl = URI.create("https://localhost:" + program.port());
            Await.until(Launch.START_DEADLINE, "ready over TLS", () -> isReady(baseUrl));
            assertThat(program.log()).contains("https://127.0.0.1:" + program.port(),
                    "127.0.0.1:" + program.grpcPort() + ", TLS");
            ManagedChannel grpc = channel(program.grpcPort());
            assertThat(value(grpc)).isZero();

            X509Certificate renewed = certificates.renew();
            Await.until(RELOAD_MAX, "the new certificate",
                    () -> certificateOf(get(baseUrl, "/health/liveness")).equals(renewed));

            assertThat(value(grpc)).as("over a connection from before").isZero();
            grpc.shutdownNow();
            program.requestStop();
            assertThat(program.awaitExit(Launch.STOP_DEADLINE)).isZero();
        }
    }

    @Test
    void aKeyThatIsNotTheCertificatesStopsTheStartWithOneLineThatNamesIt() throws IOException {
        String first = Files.readString(certificates.keyFile());
        certificates.renew();
        Path other = Files.writeString(DIRECTORY.resolve("other.key"), first);
        assertRefused(launch().with("TALLYGATE_HTTP_TLS_KEY", other.toString()), "tallygate.http.tls.key");
        assertRefused(launch().with("TALLYGATE_GRPC_TLS_KEY", other.toString()), "tallygate.grpc.tls.key");
    }

    private static void assertRefused(Launch launch, String setting) {
        try (var program = new MonolithProcess(Deployments.jar(), launch)) {
            program.launch();

            assertThat(program.awaitExit(REFUSAL)).as("exit code").isEqualTo(2);
            assertThat(program.log().lines()).as("%s", program.log())
                    .anyMatch(line -> line.startsWith("tallygate: " + setting + " is '"));
        }
    }
}
