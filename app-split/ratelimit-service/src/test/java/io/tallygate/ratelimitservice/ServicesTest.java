package io.tallygate.ratelimitservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.micronaut.context.ApplicationContext;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tallygate.discovery.ConsulAgent;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.Drain;
import io.tallygate.kernel.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** The service as it is put together. */
@Timeout(300)
final class ServicesTest {

    private static final String NAME = "tallygate-ratelimit";

    @TempDir
    private Path directory;

    /** One running service. */
    private record Running(ApplicationContext context, ManagedChannel channel) implements AutoCloseable {

        private static Running start(Map<String, Object> settings) {
            var context = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                    .bootstrapEnvironment(false).properties(settings).start();
            var server = context.getBean(EmbeddedServer.class).start();
            return new Running(context,
                    ManagedChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build());
        }

        private ServingStatus status(String service) {
            return HealthGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus();
        }

        @Override
        public void close() {
            channel.shutdownNow();
            if (context.isRunning()) {
                context.getBeansOfType(Drain.class).forEach(Drain::drain);
                context.close();
            }
        }
    }

    private Map<String, Object> settings(String name) {
        return new HashMap<>(Map.of("tallygate.grpc.port", "0", "tallygate.data-dir",
                directory.resolve(name).toString(), "tallygate.shutdown.timeout", "4s"));
    }

    @Test
    void service_always_servesRateLimitsAndNothingOfOtherDomains() {
        try (var running = Running.start(settings("alone"))) {
            for (String service : List.of("", "tallygate.ratelimit.v1.RateLimitService",
                    "tallygate.ratelimit.v1.LimitStoreService", "envoy.service.ratelimit.v3.RateLimitService")) {
                Await.until(service + " serves", () -> running.status(service) == ServingStatus.SERVING);
            }
            for (String other : List.of("tallygate.counter.v1.CounterService", "tallygate.quota.v1.QuotaService")) {
                assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> running.status(other))
                        .satisfies(unknown -> assertThat(unknown.getStatus().getCode())
                                .isEqualTo(Status.Code.NOT_FOUND));
            }
        }
    }

    @Test
    void service_inMemory_keepsWhatItCountedOverAnOrderlyRestart() throws IOException {
        Path rules = Files.writeString(directory.resolve("rules.yaml"),
                "domain: d\ndescriptors:\n- {key: user, rate_limit: {unit: year, requests_per_unit: 5}}\n");
        Map<String, Object> settings = settings("kept");
        settings.put("tallygate.ratelimit.rules", rules.toString());
        var request = RateLimitRequest.newBuilder().setDomain("d").addDescriptors(RateLimitDescriptor.newBuilder()
                .addEntries(RateLimitDescriptor.Entry.newBuilder().setKey("user").setValue("a"))).build();

        try (var first = Running.start(settings)) {
            assertThat(remaining(first, request)).isEqualTo(4);
        }
        try (var second = Running.start(settings)) {
            assertThat(remaining(second, request)).isEqualTo(3);
        }
    }

    private static int remaining(Running running, RateLimitRequest request) {
        RateLimitResponse response = RateLimitServiceGrpc.newBlockingStub(running.channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS).shouldRateLimit(request);
        return response.getStatuses(0).getLimitRemaining();
    }

    @Test
    void settings_always_haveANameOfItsOwnInConsul() {
        assertThat(Settings.load().withDefaults(RateLimitService.PROGRAM.defaults()).complete(Map.of(), _ -> {}))
                .containsEntry("tallygate.service.name", NAME);
    }

    private Map<String, Object> registered(ConsulAgent consul, String name) {
        Map<String, Object> settings = settings(name);
        settings.put("tallygate.consul.register", "true");
        settings.put("tallygate.consul.address", consul.address().toString());
        settings.put("tallygate.consul.check-interval", "1s");
        settings.put("tallygate.service.name", NAME);
        return settings;
    }

    @Test
    void secondService_inMemory_isNotReadyWhileTheFirstIsThere() {
        try (var consul = ConsulAgent.running()) {
            var first = Running.start(registered(consul, "first"));
            try {
                Await.until("the first is registered", () -> consul.healthy(NAME).size() == 1);
                try (var second = Running.start(registered(consul, "second"))) {
                    Await.until("the second says why", () -> health(second).contains("exactly one instance"));
                    assertThat(second.status("")).isEqualTo(ServingStatus.NOT_SERVING);
                    assertThat(consul.healthy(NAME)).hasSize(1);

                    first.close();
                    Await.until("the second takes over", () -> second.status("") == ServingStatus.SERVING);
                    Await.until("and is registered", () -> consul.healthy(NAME).size() == 1);
                }
            } finally {
                first.close();
            }
        }
    }

    private static String health(Running running) {
        return String.valueOf(Flux
                .fromIterable(running.context.getBeansOfType(
                        HealthIndicator.class))
                .flatMap(HealthIndicator::getResult)
                .map(result -> result.getName() + " " + result.getStatus() + " " + result.getDetails()).collectList()
                .block());
    }
}
