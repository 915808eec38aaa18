package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.OverloadedException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(180)
final class RequestIdsTest {

    private static final String BODY = "{\"resource_id\":\"a\",\"counter_type\":\"b\"}";

    @Test
    void answer_toANamedRequest_carriesItsName() {
        try (var server = new TestServer(Map.of())) {
            assertThat(server.increment(BODY, "X-Request-Id", "r-1").header("X-Request-Id")).isEqualTo("r-1");
            assertThat(server.increment("nonsense", "X-Request-Id", "r-2").header("X-Request-Id")).isEqualTo("r-2");
            assertThat(server.get("/nowhere", "X-Request-Id", "r-3").header("X-Request-Id")).isEqualTo("r-3");
            assertThat(server.increment(BODY).header("X-Request-Id")).isEmpty();
            assertThat(server.increment(BODY, "X-Request-Id", "x".repeat(129)).header("X-Request-Id")).isEmpty();
            assertThat(server.increment(BODY, "X-Request-Id", "two words").header("X-Request-Id")).isEmpty();
        }
    }

    @Test
    void answers_toPipelinedRequests_carryTheirOwnNames() {
        try (var server = new TestServer(Map.of())) {
            Answer all = server.raw("""
                    GET /api/v1/counter/a/b HTTP/1.1\r
                    Host: localhost\r
                    \r
                    GET /api/v1/counter/a/b HTTP/1.1\r
                    Host: localhost\r
                    X-Request-Id: second\r
                    \r
                    GET /api/v1/counter/a/b HTTP/1.1\r
                    Host: localhost\r
                    Connection: close\r
                    \r
                    """);
            assertThat(all.header("X-Request-Id")).as("the first's").isEmpty();
            String rest = all.text();
            assertThat(rest.split("(?i)x-request-id: second", -1)).hasSize(2);
        }
    }

    @Test
    void log_ofAFailure_namesTheRequest() {
        List<String> lines = linesLoggedBy(server -> {
            server.counters.failWith(new OverloadedException(1));
            assertThat(server.increment(BODY, "X-Request-Id", "r-4").status()).isEqualTo(503);
            assertThat(server.increment(BODY).status()).isEqualTo(503);
            server.counters.failWith(new IllegalStateException("inside"));
            assertThat(server.increment(BODY, "X-Request-Id", "r-5").status()).isEqualTo(500);
        });
        assertThat(lines).containsExactly(
                "POST /api/v1/counter/increment was answered OVERLOADED, request id r-4",
                "POST /api/v1/counter/increment, request id r-5 failed");
    }

    @Test
    void log_ofABatchThatFails_namesTheRequest() {
        String batch = "{\"operations\":[" + BODY + "," + BODY + "]}";
        List<String> lines = linesLoggedBy(server -> {
            server.counters.failWith(new OverloadedException(1));
            assertThat(server.batch(batch, "X-Request-Id", "r-6").status()).isEqualTo(503);
            assertThat(server.batch(batch.replace("{\"operations", "{\"async\":true,\"operations"), "X-Request-Id",
                    "r-7").status()).isEqualTo(503);
            assertThat(server.batch(batch).status()).isEqualTo(503);
            server.counters.failWith(new IllegalStateException("inside"));
            assertThat(server.batch(batch, "X-Request-Id", "r-8").status()).isEqualTo(500);
        });
        assertThat(lines).containsExactly(
                "POST /api/v1/counter/batch-increment was answered OVERLOADED, request id r-6",
                "POST /api/v1/counter/batch-increment was answered OVERLOADED, request id r-7",
                "POST /api/v1/counter/batch-increment, request id r-8 failed");
    }

    @Test
    void log_ofABatchOfWhichAPartFails_namesTheRequest() {
        String named = BODY.replace("}", ",\"request_id\":\"n\"}");
        List<String> lines = linesLoggedBy(server -> {
            server.counters.failKeyed(new IllegalStateException("inside"));
            assertThat(server.batch("{\"operations\":[" + BODY + "," + named + "]}", "X-Request-Id", "r-9").status())
                    .isEqualTo(207);
        });
        assertThat(lines).containsExactly("POST /api/v1/counter/batch-increment, request id r-9 failed");
    }

    private static List<String> linesLoggedBy(Consumer<TestServer> calls) {
        var logger = (Logger) LoggerFactory.getLogger("io.tallygate.http");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        try (var server = new TestServer(Map.of())) {
            calls.accept(server);
        } finally {
            logger.detachAppender(lines);
        }
        return List.copyOf(lines.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
