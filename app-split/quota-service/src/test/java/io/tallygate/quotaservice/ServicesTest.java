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
    void service_always_servesQuotasAndTheLedgerAlone() {
        try (ApplicationContext context = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                .bootstrapEnvironment(false)
                .properties(Map.of("tallygate.grpc.port", "0", "tallygate.shutdown.timeout", "5s",
                        "tallygate.data-dir", directory.toString()))
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
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static ServingStatus status(ManagedChannel channel, String service) {
        return HealthGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus();
    }

    @Test
    void settings_always_haveANameOfItsOwnInConsul() {
        assertThat(Settings.load().withDefaults(QuotaService.PROGRAM.defaults()).complete(Map.of(), _ -> {}))
                .containsEntry("tallygate.service.name", "tallygate-quota");
    }
}
