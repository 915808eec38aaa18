package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.tallygate.kernel.Await;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ShutdownTest {

    private static final int REQUESTS = 50;
    private static final String BODY = "{\"resource_id\":\"a\",\"counter_type\":\"b\"}";
    private static final byte[] REQUEST = ("POST /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
            .getBytes(StandardCharsets.US_ASCII);

    @Test
    void stop_whileRequestsWait_answersEachAndClosesInOrder() throws Exception {
        var server = new TestServer(Map.of("tallygate.shutdown.timeout", "20s"));
        int port = server.server.getPort();
        var gate = new CompletableFuture<Void>();
        server.counters.waitFor(gate);
        List<Socket> busy = open(port);
        List<Socket> idle = open(port);
        try {
            for (Socket socket : idle) {
                askOnce(socket);
            }
            for (Socket socket : busy) {
                socket.getOutputStream().write(REQUEST);
            }
            Await.until("all requests wait", () -> server.counters.waiting() == REQUESTS);

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(server));
            for (Socket socket : idle) {
                assertThat(socket.getInputStream().read()).as("orderly end of an idle connection").isEqualTo(-1);
            }
            awaitRefused(port);
            assertThat(stopped).isNotDone();
            gate.complete(null);

            for (Socket socket : busy) {
                String answer = readAll(socket);
                assertThat(answer).startsWith("HTTP/1.1 200").endsWith("}").containsIgnoringCase("connection: close");
            }
            stopped.get(20, TimeUnit.SECONDS);
            assertThat(server.counters.writes()).hasSize(REQUESTS);
        } finally {
            gate.complete(null);
            for (Socket socket : busy) {
                socket.close();
            }
            for (Socket socket : idle) {
                socket.close();
            }
            server.close();
        }
    }

    @Test
    void farewell_interimAnswer_isNotTheLast() {
        var channel = new EmbeddedChannel(new HttpDrain.Farewell());

        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        HttpResponse interim = channel.readOutbound();
        assertThat(interim.headers().contains(HttpHeaderNames.CONNECTION)).isFalse();
        assertThat(channel.isOpen()).isTrue();

        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        HttpResponse last = channel.readOutbound();
        assertThat(last.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
        assertThat(channel.isOpen()).isFalse();
    }

    /** As the process stops: the framework's own stop does not tell every connection before it refuses new ones. */
    private static void stop(TestServer server) {
        server.server.getApplicationContext().getBean(HttpDrain.class).drain();
        server.server.getApplicationContext().close();
    }

    private static List<Socket> open(int port) throws IOException {
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < REQUESTS; i++) {
            var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
            socket.setSoTimeout(20_000);
            sockets.add(socket);
        }
        return sockets;
    }

    /** An answered request: until then the server may not have taken the connection from its backlog. */
    private static void askOnce(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        var answer = new StringBuilder();
        while (!answer.toString().endsWith("}")) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the answer goes on after %s", answer).isNotNegative();
            answer.append((char) next);
        }
    }

    private static String readAll(Socket socket) throws IOException {
        var bytes = new ByteArrayOutputStream();
        InputStream in = new BufferedInputStream(socket.getInputStream());
        in.transferTo(bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void awaitRefused(int port) {
        Await.until("connections are refused", () -> {
            try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                return !socket.isConnected();
            } catch (ConnectException e) {
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        assertThatThrownBy(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close())
                .isInstanceOf(ConnectException.class);
    }
}
