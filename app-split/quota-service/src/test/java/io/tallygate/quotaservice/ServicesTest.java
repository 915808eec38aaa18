package io.tallygate.quotaservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as it is put together: it serves quotas, and nothing of other domains. */
@Timeout(180)
final class ServicesTest {

    @TempDir
    private Path directory;

    @Test
    void service_always_servesQuotasAndTheLedgerAlone() throws Exception {
        int operationsPort = freePort();
        try (ApplicationContext context = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                .bootstrapEnvironment(false)
                .properties(Map.of("tallygate.grpc.port", "0", "tallygate.shutdown.timeout", "5s",
                        "tallygate.data-dir", directory.toString(), "tallygate.grpc.operations-port", operationsPort))
                .start()) {
            var server = context.getBean(EmbeddedServer.class).start();
            ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext()
                    .build();
            try {
                Await.until("it serves quotas", () -> status(channel,
                        "tallygate.quota.v1.QuotaService") == ServingStatus.SERVING);
                assertThat(status(channel, "tallygate.ledger.v1.LedgerService")).isEqualTo(ServingStatus.SERVING);
                assertThatExceptionOfType(StatusRuntimeException.class)
                        .isThrownBy(() -> status(channel, "tallygate.counter.v1.CounterService"))
                        .satisfies(unknown -> assertThat(unknown.getStatus().getCode())
                                .isEqualTo(Status.Code.NOT_FOUND));
                assertThat(metrics(operationsPort)).contains("tallygate_commit_time_seconds_count");
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static ServingStatus status(ManagedChannel channel, String service) {
        return HealthGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus();
    }

    /** Over HTTP, which gRPC's own port does not speak. */
    private static String metrics(int port) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
                    BodyHandlers.ofString()).body();
        }
    }

    private static int freePort() {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void settings_always_haveANameOfItsOwnInConsul() {
        assertThat(Settings.load().withDefaults(QuotaService.PROGRAM.defaults()).complete(Map.of(), _ -> {}))
                .containsEntry("tallygate.service.name", "tallygate-quota");
    }
}
