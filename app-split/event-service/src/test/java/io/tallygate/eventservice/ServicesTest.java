package io.tallygate.eventservice;

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as it is put together: it serves events and payments, and nothing of other domains. */
@Timeout(180)
final class ServicesTest {

    /** Nobody listens there: who is away takes down nothing that is served here. */
    private static final String NOBODY = "127.0.0.1:1";

    @TempDir
    private Path directory;

    @Test
    void service_whoeverElseIsAway_servesEventsPaymentsAndTheLedgerAlone() throws Exception {
        int operationsPort = freePort();
        try (ApplicationContext context = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                .bootstrapEnvironment(false)
                .properties(Map.of("tallygate.grpc.port", "0", "tallygate.shutdown.timeout", "5s",
                        "tallygate.data-dir", directory.toString(), "tallygate.services.counter.addresses", NOBODY,
                        "tallygate.services.quota.addresses", NOBODY, "tallygate.grpc.operations-port",
                        operationsPort))
                .start()) {
            var server = context.getBean(EmbeddedServer.class).start();
            ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext()
                    .build();
            try {
                for (String service : List.of("event.v1.EventService", "payment.v1.PaymentService",
                        "ledger.v1.LedgerService")) {
                    Await.until("it serves " + service,
                            () -> status(channel, "tallygate." + service) == ServingStatus.SERVING);
                }
                for (String service : List.of("counter.v1.CounterService", "quota.v1.QuotaService",
                        "ratelimit.v1.RateLimitService")) {
                    assertThatExceptionOfType(StatusRuntimeException.class).as(service)
                            .isThrownBy(() -> status(channel, "tallygate." + service))
                            .satisfies(unknown -> assertThat(unknown.getStatus().getCode())
                                    .isEqualTo(Status.Code.NOT_FOUND));
                }
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
    void settings_always_haveANameOfItsOwnInConsulAndThoseOfWhomItAsks() {
        assertThat(Settings.load().withDefaults(EventService.PROGRAM.defaults()).complete(Map.of(), _ -> {}))
                .containsEntry("tallygate.service.name", "tallygate-event")
                .containsEntry("tallygate.services.counter.consul", "tallygate-counter")
                .containsEntry("tallygate.services.quota.consul", "tallygate-quota");
    }
}
