package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tallygate.kernel.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What a real Consul cannot be made to do on demand: indexes that go backwards, and damaged answers. */
final class ConsulDiscoveryTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private record Answer(int status, String index, String body) {}

    private static String instances(int... ports) {
        var body = new StringBuilder("[");
        for (int port : ports) {
            body.append(body.length() > 1 ? "," : "").append("{\"Node\":{\"Address\":\"10.0.0.9\"},\"Service\":{"
                    + "\"Address\":\"\",\"Port\":" + port + ",\"Weights\":{\"Passing\":3,\"Warning\":1}}}");
        }
        return body.append("]").toString();
    }

    @Test
    void parse_services_takesAddressOrNodeAndWeightAndSkipsWhatCannotBeCalled() throws IOException {
        assertThat(ConsulDiscovery.parse(instances(9, 8, 8, 0)))
                .containsExactly(new Instance("10.0.0.9", 8, 3), new Instance("10.0.0.9", 9, 3));
        assertThat(ConsulDiscovery.parse("[{\"Service\":{\"Address\":\"a\",\"Port\":1}}]"))
                .containsExactly(new Instance("a", 1, 1));
        assertThatThrownBy(() -> ConsulDiscovery.parse("{}")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ConsulDiscovery.parse("[")).isInstanceOf(IOException.class);
    }

    @Test
    void watch_answersOfAllKinds_keepsTheLastGoodListAndStartsOverWhereTheIndexFell() throws Exception {
        BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString().replaceAll(".*index=([0-9]+).*", "$1"));
            try (exchange) {
                Answer answer = answers.take();
                byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("X-Consul-Index", answer.index());
                exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        var agent = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        try (var discovery = ConsulDiscovery.start(new Target.Consul(agent, "counter"))) {
            answers.add(new Answer(500, "1", "no"));
            Await.until("says what is wrong", LIMIT, () -> !discovery.status().isOk());
            assertThat(discovery.current()).isEmpty();
            answers.add(new Answer(200, "7", instances(1)));
            Await.until("first list", LIMIT, () -> discovery.current().size() == 1);
            answers.add(new Answer(200, "9", "[]"));
            answers.add(new Answer(200, "5", instances(1, 2)));
            Await.until("second list", LIMIT, () -> discovery.current().size() == 2);
            answers.add(new Answer(200, "6", "[{"));
            answers.add(new Answer(200, "6", "[]"));
            answers.add(new Answer(200, "8", instances(3)));
            Await.until("third list", LIMIT, () -> discovery.current().getFirst().port() == 3);
            Await.until("asked again", LIMIT, () -> asked.size() >= 8);
        } finally {
            server.stop(0);
        }
        assertThat(asked).startsWith("0", "0", "7", "9", "0", "0", "6", "8");
    }
}
