package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they stand on the wire (RFC 9112, RFC 9110): their framing, whom they address, what they expect. */
@StoreDoesNotMatter
@OverHttpOnly(because = "how a request is framed is HTTP/1.1's; HTTP/2 has no such choices")
@SkipOn(deployment = Deployments.FUNCTIONS,
        because = "API Gateway reads the connection; a function gets whole requests")
class FramingIT extends Suite {

    private static final String ID = "framing-1";
    private static final String AFTER = "GET /health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n";

    static Stream<Arguments> refused() {
        String post = "POST /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        String chunks = "1\r\n{\r\n0\r\n\r\n";
        return Stream.of(
                Arguments.of(400, post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", chunks),
                Arguments.of(400, post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", chunks),
                Arguments.of(400, post + "Transfer-Encoding: xchunked\r\nContent-Length: 1\r\n", "{"),
                Arguments.of(501, post + "Transfer-Encoding: xchunked\r\n", chunks),
                Arguments.of(501, post + "Transfer-Encoding: identity\r\n", ""),
                Arguments.of(501, post + "Transfer-Encoding: gzip, chunked\r\n", chunks),
                Arguments.of(501, post + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", chunks),
                Arguments.of(400, post + "Transfer-Encoding: chunked, identity\r\n", chunks),
                Arguments.of(400, post + "Transfer-Encoding: chunked, chunked\r\n", chunks),
                Arguments.of(400, post.replace("HTTP/1.1", "HTTP/1.0") + "Transfer-Encoding: chunked\r\n", chunks),
                Arguments.of(400, post + "Content-Length: 1\r\nContent-Length: 2\r\n", "{}"),
                Arguments.of(400, post + "Content-Length: 2\r\nContent-Length: 2\r\n", "{}"),
                Arguments.of(400, post + "Content-Length: 2, 2\r\n", "{}"),
                Arguments.of(400, post + "Content-Length: -2\r\n", "{}"),
                Arguments.of(400, post + "Content-Length: two\r\n", "{}"),
                Arguments.of(400, post + "Transfer-Encoding: chunked\r\n", "zz\r\n{\r\n0\r\n\r\n"),
                Arguments.of(400, "GET /health HTTP/1.1\r\n", ""),
                Arguments.of(400, "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n", ""),
                Arguments.of(505, "GET /health HTTP/2.0\r\nHost: localhost\r\n", ""),
                Arguments.of(505, "GET /health HTTP/1.2\r\nHost: localhost\r\n", ""),
                Arguments.of(505, "GET /health HTTP/3.0\r\n", ""),
                Arguments.of(417, post + "Content-Length: 2\r\nExpect: 200-ok\r\n", "{}"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aRequestThatIsFramedWronglyIsRefusedAndTheConnectionEnds(int status, String head, String body)
            throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.write(head + "X-Request-Id: " + ID + "\r\n\r\n" + body + AFTER);
            Answer answer = wire.read().orElseThrow(() -> new AssertionError("no answer"));
            assertThat(answer).isProblem(status);
            assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
            assertThat(answer.header("Date")).isNotEmpty();
            assertThat(wire.read()).as("nothing more is answered").isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: xchunked\r\n", "Host: localhost\r\n", "Expect: 200-ok\r\n"})
    void aRefusedRequestIsAnsweredInItsTurnAndByItsName(String wrong) throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.write(AFTER + "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: " + ID + "\r\n" + wrong
                    + "\r\n");
            assertThat(wire.read().orElseThrow()).isOk();
            Answer refused = wire.read().orElseThrow();
            assertThat(refused).isProblem(refused.status());
            assertThat(refused.header("X-Request-Id")).isEqualTo(ID);
            assertThat(wire.read()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8080", "localhost.evil.example", "10.0.0.1", "0.0.0.0", ""})
    void withoutTokensAnotherHostIsNotServed(String host) throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.write("DELETE " + freshCounter().path() + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(wire.read().orElseThrow()).isProblem(421);
            assertThat(wire.read()).isEmpty();
        }
    }

    @Test
    void whoIsRefusedWhileItSendsGetsTheAnswer() throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.write(
                    "POST /api/v1/counter/increment HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 900000\r\n\r\n");
            for (int i = 0; i < 9; i++) {
                wire.write(" ".repeat(100_000));
            }
            assertThat(wire.read().orElseThrow()).isProblem(421);
            assertThat(wire.read()).isEmpty();
        }
    }

    @Test
    void namesAndAddressesOfThisMachineAreServedWithoutTokens() throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            for (String host : List.of("localhost", "localhost:1", "tallygate.localhost", "127.0.0.1:8080", "127.1.2.3",
                    "[::1]:8080", "LOCALHOST.")) {
                wire.write("GET /health/liveness HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
                assertThat(wire.read().orElseThrow()).as("Host: %s", host).isOk();
            }
        }
    }

    @Test
    void anOlderClientNeedsNoHostAndIsAnsweredInItsVersion() throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.write("GET /health/liveness HTTP/1.0\r\n\r\n");
            assertThat(wire.read().orElseThrow()).isOk();
            assertThat(wire.read()).isEmpty();
        }
    }

    @Test
    void aBodyThatWouldBeTooLargeIsRefusedInsteadOfAskedFor() throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.sendHead("POST", CounterApi.INCREMENT,
                    List.of("Content-Type: application/json", "Content-Length: 5000000",
                            "Expect: 100-continue"));
            assertThat(wire.read().orElseThrow()).isProblem(413);
            assertThat(wire.read()).isEmpty();
        }
    }

    @Test
    void aBodyThatFitsIsAskedFor() throws IOException {
        Counter counter = freshCounter();
        String body = Json.text(Json.increment(counter, 3));
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.sendHead("POST", CounterApi.INCREMENT, List.of("Content-Type: application/json",
                    "Content-Length: " + body.length(), "Expect: 100-Continue"));
            assertThat(wire.read().orElseThrow()).hasStatus(100);
            wire.write(body);
            assertThat(wire.read().orElseThrow()).isOk();
        }
        assertThat(counterApi.value(counter)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/liveness", "/health/readiness", "/openapi.yml", "/docs",
            "/api/v1/counter/a/b", "/api/v1/leaderboard/likes?window=all", "/api/v1/leaderboard/likes?window=nope",
            "/nope"})
    void headIsAnsweredAsGetWithoutTheBody(String path) throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.sendHead("HEAD", path, List.of());
            Answer head = wire.read().orElseThrow();
            wire.sendHead("GET", path, List.of());
            Answer get = wire.read().orElseThrow();
            assertThat(head).hasStatus(get.status());
            assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type")).isNotEmpty();
            assertThat(head.header("Connection")).isEmpty();
            int length = Integer.parseInt(head.header("Content-Length"));
            if (!get.body().contains("as_of")) {
                assertThat(length).isEqualTo(Integer.parseInt(get.header("Content-Length")));
            }
        }
    }

    @Test
    void headOfMetricsHasALengthAndKeepsTheConnection() throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.sendHead("HEAD", "/metrics", List.of());
            Answer head = wire.read().orElseThrow();
            assertThat(head).isOk();
            assertThat(head.mediaType()).isEqualTo("text/plain");
            assertThat(Integer.parseInt(head.header("Content-Length"))).isPositive();
            wire.sendHead("GET", "/health", List.of());
            assertThat(wire.read().orElseThrow()).isOk();
        }
    }
}
