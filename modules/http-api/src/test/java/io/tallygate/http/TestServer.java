package io.tallygate.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tallygate.http.counter.MemoryCounters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** A real server on a free port of the loopback interface, and clients of it. */
public final class TestServer implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern HEADERS_END = Pattern.compile("\r\n\r\n");

    public final EmbeddedServer server;
    public final MemoryCounters counters;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public TestServer(Map<String, Object> settings) {
        var all = new HashMap<String, Object>(settings);
        all.putIfAbsent("tallygate.port", "-1");
        all.putIfAbsent("tallygate.data-dir", "target/data/" + UUID.randomUUID());
        server = ApplicationContext.run(EmbeddedServer.class, all);
        counters = server.getApplicationContext().getBean(MemoryCounters.class);
    }

    /** A method, a path with its query, a body and headers in pairs. */
    public Answer send(String method, String path, BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getPort() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public Answer delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    /** Posts JSON. */
    public Answer post(String path, String json, String... headers) {
        return post(path, json.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Answer post(String path, byte[] json, String... headers) {
        var all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return send("POST", path, BodyPublishers.ofByteArray(json), all);
    }

    public Answer increment(String json, String... headers) {
        return post("/api/v1/counter/increment", json, headers);
    }

    public Answer batch(String json, String... headers) {
        return post("/api/v1/counter/batch-increment", json, headers);
    }

    /** Writes bytes as they are and reads until the server closes; the request must ask for that. */
    public Answer raw(byte[] request) {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return parse(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Answer raw(String request) {
        return raw(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Answer parse(InputStream in) throws IOException {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        String[] parts = HEADERS_END.split(text, 2);
        var headers = new HashMap<String, List<String>>();
        parts[0].lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), List.of(line.substring(colon + 1).strip()));
        });
        byte[] body = parts.length < 2 ? new byte[0] : parts[1].getBytes(StandardCharsets.UTF_8);
        return new Answer(Integer.parseInt(parts[0].split(" ", 3)[1]), headers, body);
    }

    @Override
    public void close() {
        client.close();
        server.getApplicationContext().close();
    }

    /** What the server answered. */
    public record Answer(int status, Map<String, List<String>> headers, byte[] body) {

        public JsonNode json() {
            try {
                return MAPPER.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> String.join(", ", header.getValue()))
                    .findFirst()
                    .orElse("");
        }

        @Override
        public String toString() {
            return status + " " + headers + " " + text();
        }
    }
}
