package io.tallygate.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.protobuf.services.HealthStatusManager;
import io.tallygate.access.Tokens;
import io.tallygate.grpc.HttpSidePorts.Answer;
import io.tallygate.kernel.Await;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The requests of one connection to a port beside the server's own. */
@Timeout(60)
final class HttpSidePortsTest {

    private static final String POST = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na";
    private static final String UNKNOWN = "GET /y HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final HttpSidePorts ports = new HttpSidePorts("127.0.0.1", null, new Tokens(List.of()),
            new HealthStatusManager());
    private final LinkedBlockingQueue<CompletableFuture<Answer>> asked = new LinkedBlockingQueue<>();

    private Socket connected() throws Exception {
        int port = ports.open(0, false, List.of(new HttpSidePorts.Route("/x", Optional.empty(), _ -> {
            var answer = new CompletableFuture<Answer>();
            asked.add(answer);
            return answer;
        })));
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static String read(InputStream in, int bytes) throws Exception {
        return new String(in.readNBytes(bytes), US_ASCII);
    }

    @Test
    void requests_inOneSegment_areAnsweredInTheirOrder() throws Exception {
        try (Socket socket = connected()) {
            socket.getOutputStream().write((POST + UNKNOWN + POST).getBytes(US_ASCII));
            CompletableFuture<Answer> first = asked.poll(30, TimeUnit.SECONDS);
            assertThat(first).isNotNull();
            assertThat(socket.getInputStream().available()).isZero();
            assertThat(asked).isEmpty();
            first.complete(Answer.text(200, "1"));
            assertThat(read(socket.getInputStream(), 15)).isEqualTo("HTTP/1.1 200 OK");
            CompletableFuture<Answer> third = asked.poll(30, TimeUnit.SECONDS);
            assertThat(third).isNotNull();
            third.complete(Answer.text(202, "3"));
            var rest = new StringBuilder();
            Await.until("the third is answered", () -> {
                try {
                    rest.append(read(socket.getInputStream(), socket.getInputStream().available()));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return rest.indexOf("HTTP/1.1 202") > 0;
            });
            assertThat(rest.indexOf("HTTP/1.1 404")).isBetween(0, rest.indexOf("HTTP/1.1 202"));
        } finally {
            ports.close();
        }
    }

    @Test
    void drain_whileARequestIsAnswered_waitsForItAndClosesTheConnection() throws Exception {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(POST.getBytes(US_ASCII));
            CompletableFuture<Answer> answer = asked.poll(30, TimeUnit.SECONDS);
            assertThat(answer).isNotNull();
            // It waits for a second at most: an answer that is there at once is told.
            CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> {
                answer.complete(Answer.text(200, "1"));
                ports.drain();
            });
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).startsWith("HTTP/1.1 200 OK")
                    .endsWith("1");
            drained.join();
        }
    }
}
