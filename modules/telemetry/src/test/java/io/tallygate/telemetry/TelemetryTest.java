package io.tallygate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.MetricSource;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real server with the telemetry in it, asked over HTTP. */
final class TelemetryTest {

    private static final Map<String, Object> SETTINGS = Map.of("micronaut.server.port", "-1",
            "micronaut.metrics.binders.web.enabled", false);

    private static HttpClient http;

    private EmbeddedServer server;

    @BeforeAll
    static void openClient() {
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void closeClient() {
        http.close();
    }

    @BeforeEach
    void start() {
        server = ApplicationContext.run(EmbeddedServer.class, SETTINGS);
    }

    @AfterEach
    void stop() {
        server.getApplicationContext().close();
    }

    @Test
    void metrics_always_tellOfTheProcessButNotOfEachRequest() throws Exception {
        get("/api/v1/counter/204");

        assertThat(scrape()).contains("jvm_memory_used_bytes{").contains("process_uptime_seconds")
                .doesNotContain("http_server_requests");
    }

    @Test
    void metrics_afterFlushes_tellBatchesTimesAndFailures() throws Exception {
        CommitMetrics metrics = server.getApplicationContext().getBean(CommitMetrics.class);
        metrics.flushed(40, 1_500_000);
        metrics.flushed(2, 700_000);
        metrics.storeUnavailable();
        metrics.refused(3);
        metrics.timedOut(4);
        metrics.acceptedLost(5);

        assertThat(scrape().lines()).contains("tallygate_commit_batch_operations_sum 42.0",
                "tallygate_commit_batch_operations_bucket{le=\"2.0\"} 1",
                "tallygate_commit_time_seconds_bucket{le=\"0.001\"} 1", "tallygate_commit_time_seconds_count 2",
                "tallygate_commit_store_unavailable_total 1.0", "tallygate_commit_overload_total 3.0",
                "tallygate_commit_timeout_total 4.0", "tallygate_commit_accepted_failed_total 5.0");
    }

    @Test
    void metrics_groupCommitsHoldOperations_tellTheirSum() throws Exception {
        assertThat(scrape().lines()).contains("tallygate_commit_queue_operations 7.0",
                "tallygate_commit_accepted_pending_operations 3.0");
    }

    @Test
    void metrics_ofModules_areShownWithTheirLabelsWheneverTheyCome() {
        assertThat(scrape().lines()).contains("test_given_total{kind=\"a\"} 2.0", "test_level 3.0");
        Figures figures = server.getApplicationContext().getBean(Figures.class);
        figures.count.add(5);
        System.gc();
        Objects.requireNonNull(figures.sink).count("test.given", "Given", Map.of("kind", "b"), () -> 9);

        assertThat(scrape().lines()).contains("test_given_total{kind=\"a\"} 7.0", "test_given_total{kind=\"b\"} 9.0");
    }

    @Test
    void metrics_afterRequests_countThemByDomainAndStatus() throws Exception {
        get("/api/v1/counter/204");
        get("/api/v1/counter/204");
        get("/api/v1/counter/409");
        get("/api/v1/leaderboard/503");
        get("/nowhere");
        get("/operations/503");
        get("/api/v1/counters/204");
        get("/api/v1/counter/more/204");

        assertThat(scrape().lines()).contains(
                "tallygate_http_requests_total{domain=\"counter\",status=\"2xx\"} 3.0",
                "tallygate_http_requests_total{domain=\"counter\",status=\"4xx\"} 1.0",
                "tallygate_http_requests_total{domain=\"leaderboard\",status=\"5xx\"} 1.0",
                "tallygate_http_requests_total{domain=\"other\",status=\"4xx\"} 2.0",
                "tallygate_http_requests_total{domain=\"other\",status=\"5xx\"} 1.0");
    }

    @Test
    void metrics_beforeAnyRequest_haveEveryDomainThatHasAController() {
        assertThat(scrape().lines().filter(line -> line.startsWith("tallygate_http_requests_total{")))
                .containsExactlyInAnyOrderElementsOf(Stream.of("counter", "leaderboard", "other")
                        .flatMap(domain -> Stream.of("2xx", "3xx", "4xx", "5xx")
                                .map(status -> "tallygate_http_requests_total{domain=\"" + domain + "\",status=\""
                                        + status
                                        + "\"} 0.0"))
                        .toList());
    }

    @Test
    void metrics_pipelinedRequests_areEachCountedForTheirOwnDomain() throws Exception {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            String first = "GET /api/v1/counter/404 HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String last = "GET /api/v1/leaderboard/200 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write((first + last).getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }

        assertThat(scrape().lines()).contains(
                "tallygate_http_requests_total{domain=\"counter\",status=\"4xx\"} 1.0",
                "tallygate_http_requests_total{domain=\"leaderboard\",status=\"2xx\"} 1.0");
    }

    @Test
    void metrics_switchedOff_leaveNothingBehind() {
        var settings = new HashMap<>(SETTINGS);
        settings.put("micronaut.metrics.enabled", false);

        try (var without = ApplicationContext.run(EmbeddedServer.class, settings).getApplicationContext()) {
            assertThat(without.containsBean(RequestCounting.class)).isFalse();
            assertThat(without.findBean(CommitMetrics.class)).isEmpty();
        }
        assertThat(server.getApplicationContext().containsBean(RequestCounting.class)).isTrue();
    }

    private String scrape() {
        server.getApplicationContext().getBean(MeterRegistry.class);
        return server.getApplicationContext().getBean(PrometheusMeterRegistry.class).scrape();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = server.getURI().resolve(path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Answers with the status that is asked for. */
    private static String answer(int status) {
        if (status >= 400) {
            throw new HttpStatusException(HttpStatus.valueOf(status), "as asked");
        }
        return "";
    }

    @Singleton
    static final class Figures implements MetricSource {

        private final LongAdder count = new LongAdder();
        private @Nullable Sink sink;

        @Override
        public void bindTo(Sink bound) {
            sink = bound;
            count.add(2);
            bound.count("test.given", "Given", Map.of("kind", "a"), count::sum);
            bound.gauge("test.level", "Level", Map.of(), () -> 3);
        }
    }

    @Controller("/api/v1/counter")
    static final class Counters {

        @Get("/{status}")
        String get(@PathVariable int status) {
            return answer(status);
        }
    }

    @Controller("/api/v1/leaderboard")
    static final class Leaderboards {

        @Get("/{status}")
        String get(@PathVariable int status) {
            return answer(status);
        }
    }

    /** The other one of a domain that has two. */
    @Controller("/api/v1/counter/more")
    static final class MoreCounters {

        @Get("/{status}")
        String get(@PathVariable int status) {
            return answer(status);
        }
    }

    @Controller("/operations")
    static final class Operations {

        @Get("/{status}")
        String get(@PathVariable int status) {
            return answer(status);
        }
    }

    @Singleton
    static final class FirstCommit implements CommitGauges {

        @Override
        public int depth() {
            return 5;
        }

        @Override
        public int acceptedDepth() {
            return 3;
        }
    }

    @Singleton
    static final class SecondCommit implements CommitGauges {

        @Override
        public int depth() {
            return 2;
        }

        @Override
        public int acceptedDepth() {
            return 0;
        }
    }
}
