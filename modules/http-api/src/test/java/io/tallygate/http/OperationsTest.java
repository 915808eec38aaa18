package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Liveness;
import io.tallygate.kernel.Await;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Health and metrics. */
final class OperationsTest {

    @Test
    void health_nothingWrong_isUp() {
        try (var server = new TestServer(Map.of())) {
            for (String path : new String[]{"/health", "/health/liveness", "/health/readiness"}) {
                assertThat(server.get(path).status()).as(path).isEqualTo(200);
                assertThat(server.get(path).text()).isEqualTo(path.equals("/health")
                        ? "{\"status\":\"UP\",\"details\":{\"degradation\":{\"level\":\"normal\",\"features\":"
                                + "{\"cache\":\"normal\",\"counter-reads\":\"normal\",\"leaderboards\":\"normal\",\"quota-check\":\"normal\","
                                + "\"recommendations\":\"normal\"},\"probes\":{}},\"quota\":{\"async\":{\"healthy\":true,\"queued\":2}}}}"
                        : "{\"status\":\"UP\"}");
            }
        }
    }

    @Test
    void health_rulesAreWrong_isUpAndSaysSo() {
        try (var server = new TestServer(Map.of("tallygate.ratelimit.rules", "target/no-such-rules.yaml"))) {
            assertThat(server.get("/health").status()).isEqualTo(200);
            assertThat(server.get("/health").json().path("status").asText()).isEqualTo("UP");
            assertThat(server.get("/health").json().at("/notes/0").asText())
                    .startsWith("target/no-such-rules.yaml: cannot be read");
            assertThat(server.get("/health/readiness").text()).isEqualTo("{\"status\":\"UP\"}");
        }
    }

    @Test
    void health_somethingNeededIsDown_isNotReadyButAlive() {
        try (var server = new TestServer(Map.of("test.health", "down"))) {
            assertThat(server.get("/health").status()).isEqualTo(503);
            assertThat(server.get("/health/readiness").text()).isEqualTo("{\"status\":\"DOWN\"}");
            assertThat(server.get("/health/readiness").status()).isEqualTo(503);
            assertThat(server.get("/health/liveness").status()).isEqualTo(200);
        }
    }

    @Test
    void health_whatReadinessIsMadeOf_isTold() {
        try (var server = new TestServer(Map.of("test.health", "away"))) {
            assertThat(server.get("/health").status()).isEqualTo(200);
            assertThat(server.get("/health").json().at("/details/store")).hasToString("{\"answers\":false}");
            assertThat(server.get("/health/readiness").text()).isEqualTo("{\"status\":\"UP\"}");
        }
    }

    /** Nobody asks: what it answers when somebody does depends on that it was ready. */
    @Test
    void readiness_ofAProcessThatStarts_isAskedUntilItIsReady() {
        try (var server = new TestServer(Map.of("test.health", "late"))) {
            var late = server.server.getApplicationContext().getBean(Late.class);
            Await.until("it was ready", () -> late.asked.get() == Late.READY_AT);
        }
    }

    @Test
    void health_indicatorThrows_isDown() {
        try (var server = new TestServer(Map.of("test.health", "broken"))) {
            assertThat(server.get("/health").status()).isEqualTo(503);
            assertThat(server.get("/health/liveness").status()).isEqualTo(503);
            assertThat(server.get("/health/readiness").status()).isEqualTo(200);
        }
    }

    @Test
    void metrics_areScrapedAsText() {
        try (var server = new TestServer(Map.of())) {
            server.server.getApplicationContext().getBean(MeterRegistry.class).counter("test.figure").increment(3);

            var answer = server.get("/metrics");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            assertThat(answer.text()).contains("test_figure_total 3.0", "jvm_memory_used_bytes");
            assertThat(server.get("/metrics", "Accept", "text/plain").header("Content-Type"))
                    .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            assertThat(server.get("/metrics", "Accept", "text/html").status()).isEqualTo(406);
        }
    }

    @Test
    void metrics_whenAsked_areOpenMetrics() {
        try (var server = new TestServer(Map.of())) {
            server.server.getApplicationContext().getBean(MeterRegistry.class).counter("test.figure").increment(3);
            for (String accept : new String[]{"application/openmetrics-text",
                    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                            + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}) {
                var answer = server.get("/metrics", "Accept", accept);

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("Content-Type"))
                        .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
                assertThat(answer.text()).contains("test_figure_total 3.0").endsWith("# EOF\n");
            }
        }
    }

    @Singleton
    @Requires(property = "test.health", value = "down")
    static final class Down implements HealthIndicator {
        @Override
        public Publisher<HealthResult> getResult() {
            return Mono.just(HealthResult.builder("store", HealthStatus.DOWN).build());
        }
    }

    @Singleton
    @Liveness
    @Requires(property = "test.health", value = "broken")
    static final class Broken implements HealthIndicator {
        @Override
        public Publisher<HealthResult> getResult() {
            throw new IllegalStateException("broken");
        }
    }

    @Singleton
    @Requires(property = "test.health", value = "away")
    static final class Away implements HealthIndicator {
        @Override
        public Publisher<HealthResult> getResult() {
            return Mono.just(HealthResult.builder("store", HealthStatus.UP).details(Map.of("answers", false)).build());
        }
    }

    @Singleton
    @Requires(property = "test.health", value = "late")
    static final class Late implements HealthIndicator {

        static final int READY_AT = 3;

        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public Publisher<HealthResult> getResult() {
            return Mono.fromSupplier(() -> HealthResult.builder("late",
                    asked.incrementAndGet() < READY_AT ? HealthStatus.DOWN : HealthStatus.UP).build());
        }
    }
}
