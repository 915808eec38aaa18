package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of connections that clients use in other ways than one whole request after the other. */
@Timeout(60)
final class ConnectionsTest {

    private static final String BODY = "{\"resource_id\":\"a\",\"counter_type\":\"b\"}";
    private static final String INCREMENT = "POST /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
    private static final String READ = "GET /api/v1/counter/a/b HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String LIVENESS = "GET /health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static Socket open(TestServer server) throws IOException {
        var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.server.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void requests_beyondThoseThatMayBeHandledAtOnce_areToldToComeAgain() throws IOException {
        try (var server = new TestServer(Map.of("tallygate.http.concurrency-max", "1,2"));
                Socket socket = open(server)) {
            var gate = new CompletableFuture<Void>();
            server.counters.waitFor(gate);
            send(socket, INCREMENT + INCREMENT);
            while (server.counters.waiting() < 2) {
                Thread.onSpinWait();
            }
            var refused = server.increment(BODY);
            ProblemAssert.assertProblem(refused, 503, "overloaded");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(server.get("/api/v1/counter/a/b").status()).as("a read").isEqualTo(200);
            assertThat(server.post("/health", "{}").status()).as("whoever runs it").isEqualTo(405);
            gate.complete(null);
            socket.shutdownOutput();
            assertThat(count(rest(socket), "HTTP/1.1 200")).isEqualTo(2);
            assertThat(server.increment(BODY).status()).as("there is room again").isEqualTo(200);
        }
    }

    @Test
    void requests_ofLowerPriority_makeRoomForOthersFirst() throws IOException {
        try (var server = new TestServer(Map.of("tallygate.http.concurrency-max", "10,10"))) {
            var gate = new CompletableFuture<Void>();
            server.counters.waitFor(gate);
            try (Socket socket = open(server); Socket another = open(server)) {
                send(socket, INCREMENT.repeat(5));
                Await.until("five wait", () -> server.counters.waiting() == 5);
                ProblemAssert.assertProblem(server.increment("{}", "Tallygate-Priority", "low"), 503, "overloaded");
                assertThat(server.increment("{}").status()).as("normal").isEqualTo(400);
                send(another, INCREMENT.repeat(4));
                Await.until("nine wait", () -> server.counters.waiting() == 9);
                ProblemAssert.assertProblem(server.increment("{}"), 503, "overloaded");
                ProblemAssert.assertProblem(server.increment("{}", "Tallygate-Priority", "what"), 503, "overloaded");
                assertThat(server.increment("{}", "Tallygate-Priority", "High").status()).isEqualTo(400);
                assertThat(server.get("/api/v1/degradation", "Tallygate-Priority", "low").status()).isEqualTo(200);
                gate.complete(null);
                socket.shutdownOutput();
                another.shutdownOutput();
                assertThat(count(rest(socket) + rest(another), "HTTP/1.1 200")).isEqualTo(9);
            }
        }
    }

    @Test
    void requests_ofLowPriority_areNotServedWhileWhatMostNeedIsAway() throws IOException {
        int nobody;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        try (var server = new TestServer(Map.of("tallygate.http.concurrency-max", "10,10",
                "tallygate.degradation.probe-interval", "100ms", "tallygate.degradation.probes.model.url",
                "http://127.0.0.1:" + nobody, "tallygate.degradation.probes.model.critical", "true"))) {
            Await.until("it is noticed", () -> server.get("/api/v1/degradation").json().path("probes")
                    .findValuesAsText("good").contains("false"));
            for (var refused : List.of(server.increment("{}", "Tallygate-Priority", "low"),
                    server.get("/api/v1/counter/a/b", "Tallygate-Priority", "low"))) {
                ProblemAssert.assertProblem(refused, 503, "overloaded");
                assertThat(refused.header("Retry-After")).isEqualTo("5");
            }
            assertThat(server.increment("{}", "Tallygate-Priority", "normal").status()).isEqualTo(400);
            assertThat(server.get("/api/v1/counter/a/b").status()).isEqualTo(200);
            for (String path : List.of("/api/v1/degradation", "/health", "/metrics")) {
                assertThat(server.get(path, "Tallygate-Priority", "low").status()).as(path).isEqualTo(200);
            }
        }
    }

    @Test
    void requests_ofAToken_haveTheirPriorityByItsScopeAlone() throws IOException {
        try (var server = new TestServer(Map.of("tallygate.http.concurrency-max", "10,10",
                "tallygate.tokens.plain.sha256", sha256("plain"), "tallygate.tokens.plain.scopes", "write",
                "tallygate.tokens.first.sha256", sha256("first"), "tallygate.tokens.first.scopes", "write,priority"))) {
            var gate = new CompletableFuture<Void>();
            server.counters.waitFor(gate);
            try (Socket socket = open(server)) {
                send(socket, INCREMENT.replace("\r\nHost", "\r\nAuthorization: Bearer plain\r\nHost").repeat(9));
                Await.until("nine wait", () -> server.counters.waiting() == 9);
                assertThat(server.increment("{}", "Tallygate-Priority", "high", "Authorization", "Bearer first")
                        .status()).isEqualTo(400);
                assertThat(server.increment("{}", "Tallygate-Priority", "high", "Authorization", "Bearer plain")
                        .status()).isEqualTo(503);
                gate.complete(null);
            }
        }
    }

    private static String sha256(String token) {
        return HexFormat.of().formatHex(Sha256.of(token.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void requests_whoseClientsAreGone_makeRoomWhenTheyAreDone() throws IOException {
        try (var server = new TestServer(Map.of("tallygate.http.concurrency-max", "1,1"))) {
            var gate = new CompletableFuture<Void>();
            server.counters.waitFor(gate);
            try (Socket socket = open(server)) {
                send(socket, INCREMENT);
                while (server.counters.waiting() < 1) {
                    Thread.onSpinWait();
                }
                assertThat(server.increment("{}").status()).isEqualTo(503);
                socket.setSoLinger(true, 0);
            }
            gate.complete(null);
            while (server.increment("{}").status() == 503) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void pipelined_readBehindAWriteThatWaits_seesIt() throws IOException {
        try (var server = new TestServer(Map.of()); Socket socket = open(server)) {
            var gate = new CompletableFuture<Void>();
            server.counters.waitFor(gate);
            send(socket, INCREMENT + READ + INCREMENT + READ);
            while (server.counters.waiting() < 1) {
                Thread.onSpinWait();
            }
            gate.complete(null);
            socket.shutdownOutput();

            assertThat(rest(socket).lines().filter(line -> line.contains("\"value\""))
                    .map(line -> line.replaceAll(".*\"value\":(\\d+).*", "$1")))
                    .containsExactly("1", "1", "2", "2");
        }
    }

    @Test
    void pipelined_manyReadsBehindManyWrites_areAllAnswered() throws IOException {
        try (var server = new TestServer(Map.of()); Socket socket = open(server)) {
            send(socket, (INCREMENT + READ + LIVENESS + READ).repeat(500));
            socket.shutdownOutput();

            assertThat(count(rest(socket), "HTTP/1.1 200")).isEqualTo(2_000);
            assertThat(server.counters.writes()).hasSize(500);
        }
    }

    @Test
    void halfClosed_whileTheAnswerIsDue_isAnsweredAndClosed() throws IOException {
        try (var server = new TestServer(Map.of()); Socket socket = open(server)) {
            var gate = new CompletableFuture<Void>();
            server.counters.waitFor(gate);
            send(socket, INCREMENT);
            socket.shutdownOutput();
            while (server.counters.waiting() < 1) {
                Thread.onSpinWait();
            }
            gate.complete(null);

            assertThat(rest(socket)).startsWith("HTTP/1.1 200").endsWith("}");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET /hea", "'GET /health HTTP/1.1\r\nHost: localhost\r\nX: '",
            "'POST /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100\r\n\r\n{\"res'"})
    void unfinished_afterTheRequestTimeout_isAnswered408AndClosed(String beginning) throws IOException {
        try (var server = new TestServer(Map.of("tallygate.http.request-timeout", "200ms"));
                Socket socket = open(server)) {
            send(socket, LIVENESS + beginning);

            assertThat(rest(socket)).startsWith("HTTP/1.1 200").contains("HTTP/1.1 408", "request-timeout")
                    .containsIgnoringCase("connection: close");
            assertThat(server.counters.writes()).isEmpty();
        }
    }

    @Test
    void trickled_pastTheRequestTimeout_isAnswered408() throws Exception {
        try (var server = new TestServer(Map.of("tallygate.http.request-timeout", "200ms"));
                Socket socket = open(server)) {
            send(socket, "GET /health HTTP/1.1\r\nHost: localhost\r\nX: ");
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return rest(socket);
                } catch (IOException e) {
                    return "";
                }
            });
            try {
                while (!answer.isDone()) {
                    send(socket, "x");
                    Thread.sleep(20);
                }
            } catch (IOException e) {
                // It closed in the middle of a byte's way.
            }
            assertThat(answer.join()).contains("HTTP/1.1 408");
        }
    }

    @Test
    void idle_afterTheIdleTimeout_isClosedInOrder() throws IOException {
        try (var server = new TestServer(Map.of("tallygate.http.idle-timeout", "200ms"));
                Socket unused = open(server);
                Socket used = open(server)) {
            send(used, LIVENESS);

            assertThat(rest(unused)).isEmpty();
            assertThat(rest(used)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void waiting_longerThanBothTimeouts_isAnswered() throws Exception {
        try (var server = new TestServer(
                Map.of("tallygate.http.idle-timeout", "100ms", "tallygate.http.request-timeout", "100ms"));
                Socket socket = open(server)) {
            var gate = new CompletableFuture<Void>();
            server.counters.waitFor(gate);
            send(socket, INCREMENT);
            // The pause that is under test; nothing becomes true meanwhile.
            Thread.sleep(Duration.ofMillis(400));
            gate.complete(null);

            assertThat(rest(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void connections_moreThanTheLimit_areToldAndOthersGoOn() throws IOException {
        try (var server = new TestServer(Map.of("tallygate.http.connections-max", "3"))) {
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    Socket socket = open(server);
                    open.add(socket);
                    send(socket, LIVENESS);
                    socket.getInputStream().read();
                }
                try (Socket another = open(server)) {
                    send(another, "GET /health/liveness HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: r1\r\n\r\n");
                    assertThat(rest(another)).startsWith("HTTP/1.1 503").contains("overloaded", "r1")
                            .containsIgnoringCase("retry-after: 1").containsIgnoringCase("connection: close");
                }
                try (Socket silent = open(server)) {
                    assertThat(rest(silent)).isEmpty();
                }
                open.removeFirst().close();
                String answer;
                do {
                    try (Socket another = open(server)) {
                        send(another, LIVENESS.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
                        answer = rest(another);
                    }
                } while (!answer.startsWith("HTTP/1.1 200"));
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void host_thatIsNotLoopback_isServedOnlyWithTokens() {
        String read = "GET /api/v1/counter/a/b HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
        try (var server = new TestServer(Map.of())) {
            assertThat(server.raw(read).status()).isEqualTo(421);
        }
        try (var server = new TestServer(Map.of("tallygate.tokens.reader.sha256", "ab".repeat(32),
                "tallygate.tokens.reader.scopes", "read"))) {
            assertThat(server.raw(read).status()).isEqualTo(401);
        }
    }

    @Test
    void metrics_pipelinedByTheThousand_areCollectedAFewTimes() throws IOException {
        try (var server = new TestServer(Map.of()); Socket socket = open(server)) {
            send(socket, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200));
            socket.shutdownOutput();

            assertThat(count(rest(socket), "HTTP/1.1 200")).isEqualTo(200);
        }
    }
}
