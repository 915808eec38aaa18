package io.tallygate.grpc.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a service in Consul with blocking queries, which answer as soon as something changes, from one virtual thread.
 *
 * <p>The last good list stays while Consul is away, or knows no healthy instance.
 */
final class ConsulDiscovery implements Discovery {

    private static final Logger LOG = LoggerFactory.getLogger(ConsulDiscovery.class);
    private static final Duration WAIT = Duration.ofSeconds(30);
    /** Consul adds up to a sixteenth to the wait; the rest is for the network. */
    private static final Duration ANSWER_MAX = WAIT.plusSeconds(10);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final long BACKOFF_MIN_MILLIS = 100;
    private static final long BACKOFF_MAX_MILLIS = 2_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Target.Consul target;
    private final HttpClient http;
    private final Thread watcher;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile List<Instance> current = List.of();
    private volatile Status status = Status.OK;

    // Of the watcher alone.
    private long index;
    private int failures;

    private ConsulDiscovery(Target.Consul target) {
        this.target = target;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_MAX).build();
        this.watcher = Thread.ofVirtual().name("consul-" + target.service()).unstarted(this::watch);
    }

    static ConsulDiscovery start(Target.Consul target) {
        var discovery = new ConsulDiscovery(target);
        discovery.watcher.start();
        return discovery;
    }

    @Override
    public List<Instance> current() {
        return current;
    }

    @Override
    public Status status() {
        return status;
    }

    @Override
    public AutoCloseable onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        watcher.interrupt();
        http.shutdownNow();
    }

    private void watch() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                step();
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private void step() throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("Consul answered " + answer.statusCode());
            }
            accept(parse(answer.body()));
            index = nextIndex(answer);
            if (failures > 0) {
                LOG.info("Consul at {} answers again", target.consul());
                failures = 0;
            }
            if (index == 0) {
                // The next question will not block.
                Thread.sleep(BACKOFF_MIN_MILLIS);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private HttpRequest request() {
        HttpRequest.Builder question = HttpRequest
                .newBuilder(URI.create(target.consul().toString().replaceAll("/+$", "") + "/v1/health/service/"
                        + target.service() + "?passing=1&index=" + index + "&wait=" + WAIT.toSeconds() + "s"))
                .timeout(ANSWER_MAX);
        target.token().ifPresent(token -> question.header("X-Consul-Token", token));
        return question.build();
    }

    /** Consul's rule: an index that goes backwards, or none, starts over. */
    private long nextIndex(HttpResponse<String> answer) {
        long next = answer.headers().firstValue("X-Consul-Index").filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::parseLong).orElse(0L);
        return next < index ? 0 : next;
    }

    /** No list is no news: calls fail either way, and a restarted Consul knows no service until they register again. */
    private void accept(List<Instance> instances) {
        if (instances.isEmpty()) {
            boolean news = status.isOk();
            status = Status.UNAVAILABLE.withDescription("Consul knows no healthy instance of " + target.service());
            if (current.isEmpty()) {
                if (news) {
                    LOG.warn("Consul knows no healthy instance of {} yet", target.service());
                }
                listeners.forEach(Runnable::run);
            } else {
                LOG.warn("Consul knows no healthy instance of {}; keeping {}", target.service(), current);
            }
        } else if (!instances.equals(current)) {
            LOG.info("Instances of {}: {}", target.service(), instances);
            current = instances;
            listeners.forEach(Runnable::run);
        }
    }

    private void failed(IOException e) throws InterruptedException {
        if (failures++ == 0) {
            LOG.warn("Consul at {} cannot be asked ({}); keeping {} instances of {}", target.consul(), e.toString(),
                    current.size(), target.service());
        }
        index = 0;
        if (current.isEmpty()) {
            status = Status.UNAVAILABLE.withDescription("Consul at " + target.consul() + " cannot be asked");
            listeners.forEach(Runnable::run);
        }
        long backoff = Math.min(BACKOFF_MAX_MILLIS, BACKOFF_MIN_MILLIS << Math.min(failures, 5));
        Thread.sleep(ThreadLocalRandom.current().nextLong(backoff / 2, backoff + 1));
    }

    /** @throws IOException when it is not what Consul answers */
    static List<Instance> parse(String body) throws IOException {
        Map<String, Instance> instances = new LinkedHashMap<>();
        JsonNode entries = read(body);
        for (JsonNode entry : entries) {
            JsonNode service = entry.path("Service");
            String own = service.path("Address").asText("");
            String host = own.isEmpty() ? entry.path("Node").path("Address").asText("") : own;
            int weight = Math.clamp(service.path("Weights").path("Passing").asLong(1), 1, 65_535);
            try {
                var instance = new Instance(host, service.path("Port").asInt(), weight);
                instances.putIfAbsent(instance.address(), instance);
            } catch (IllegalArgumentException e) {
                LOG.warn("Consul has an instance that cannot be called: {}", e.getMessage());
            }
        }
        List<Instance> sorted = new ArrayList<>(instances.values());
        sorted.sort(Comparator.comparing(Instance::address));
        return List.copyOf(sorted);
    }

    private static JsonNode read(String body) throws IOException {
        try {
            JsonNode entries = JSON.readTree(body);
            if (entries == null || !entries.isArray()) {
                throw new IOException("Consul's answer is no list");
            }
            return entries;
        } catch (JsonProcessingException e) {
            throw new IOException("Consul's answer is not JSON", e);
        }
    }
}
