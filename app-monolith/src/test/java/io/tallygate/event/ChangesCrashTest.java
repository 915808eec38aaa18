package io.tallygate.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.micronaut.context.ApplicationContext;
import io.tallygate.counter.CounterKey;
import io.tallygate.kernel.Await;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Outbox;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The monolith under load, ended by {@code kill -9} at random moments, again and again: what it had committed is told as events, all
 * of it and nothing else. A repeated event has the id that it had.
 */
@Timeout(1_800)
final class ChangesCrashTest {

    private static final int ROUNDS = Integer.getInteger("tallygate.test.kill-rounds", 5);
    /** On the stores after the first. */
    private static final int ROUNDS_ELSEWHERE = Math.max(2, ROUNDS / 3);
    /** Rounds between two looks at what is told. */
    private static final int ROUNDS_A_LOOK = 5;
    private static final int CLIENTS = 4;
    private static final int COUNTERS = 8;
    private static final int ANSWERED_MAX = 120;
    private static final Duration START = Duration.ofMinutes(2);
    private static final JsonFactory JSON = new JsonFactory();

    @TempDir
    private Path directory = Path.of("");

    private StoreServer store = new StoreServer(Map.of(), () -> {});
    private final long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    private final int port = freePort();
    private int looks;

    private static int freePort() {
        try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stopStore() throws IOException {
        store.close();
    }

    private Process start() throws IOException {
        var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.tallygate.monolith.Tallygate");
        builder.environment().keySet().removeIf(name -> name.startsWith("TALLYGATE_") || name.startsWith("MICRONAUT_"));
        builder.environment().putAll(Map.of("TALLYGATE_PORT", Integer.toString(port), "TALLYGATE_GRPC_PORT",
                Integer.toString(freePort()), "TALLYGATE_DATA_DIR", data().toString(), "TALLYGATE_EVENTS_PUBLISH",
                "counters,quotas", "TALLYGATE_COMMIT_TIMEOUT", "20s"));
        store.settings().forEach((name, value) -> builder.environment()
                .put(name.toUpperCase(Locale.ROOT).replace('.', '_'), value.toString()));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log())).start();
    }

    private Path data() {
        return directory.resolve("data");
    }

    private File log() {
        return directory.resolve("console.log").toFile();
    }

    private HttpResponse<String> send(String method, String path, String body) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(30)).header("content-type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private boolean isReady() {
        try {
            return send("GET", "/health/readiness", "").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** Counts in batches and alone, with keys and without, and resets; until nobody answers any more. */
    private void count(Random choices, AtomicInteger answered) {
        while (true) {
            try {
                switch (choices.nextInt(12)) {
                    case 0 -> send("DELETE", "/api/v1/counter/r" + choices.nextInt(COUNTERS) + "/likes", "");
                    case 1, 2, 3 -> send("POST", "/api/v1/counter/increment", increment(choices, ""));
                    default -> send("POST", "/api/v1/counter/batch-increment", batch(choices));
                }
                answered.incrementAndGet();
            } catch (UncheckedIOException nobodyAnswers) {
                return;
            }
        }
    }

    private static String batch(Random choices) {
        var operations = new ArrayList<String>();
        for (int i = 0; i < 1 + choices.nextInt(20); i++) {
            operations.add(increment(choices,
                    choices.nextBoolean() ? ",\"request_id\":\"" + Long.toHexString(choices.nextLong()) + '"' : ""));
        }
        return "{\"operations\":[" + String.join(",", operations) + "]}";
    }

    private static String increment(Random choices, String more) {
        return "{\"resource_id\":\"r" + choices.nextInt(COUNTERS) + "\",\"counter_type\":\"likes\",\"delta\":"
                + (1 + choices.nextInt(9)) + more + '}';
    }

    @Test
    void afterEveryCrash_onSqlite_whatWasCommittedIsTold() throws IOException, InterruptedException {
        assertTold(ROUNDS);
    }

    @Test
    void afterEveryCrash_onPostgresql_whatWasCommittedIsTold() throws IOException, InterruptedException {
        store = StoreServer.postgresql();
        assertTold(ROUNDS_ELSEWHERE);
    }

    @Test
    void afterEveryCrash_onRedis_whatWasCommittedIsTold() throws IOException, InterruptedException {
        store = StoreServer.redis();
        assertTold(ROUNDS_ELSEWHERE);
    }

    private void assertTold(int rounds) throws IOException, InterruptedException {
        System.out.println("ChangesCrashTest: tallygate.test.seed=" + seed);
        Files.createDirectories(data());
        var moments = new Random(seed);
        long told = 0;
        for (int round = 1; round <= rounds; round++) {
            live(round, moments);
            if (round % ROUNDS_A_LOOK == 0 || round == rounds) {
                long now = look();
                assertThat(now).as("facts, round %d of seed %d", round, seed).isGreaterThan(told);
                told = now;
            }
        }
    }

    private void live(int round, Random moments) throws IOException, InterruptedException {
        Process process = start();
        try {
            Await.until("round " + round + " is ready; its log is " + log(), START,
                    () -> isReady() || !process.isAlive());
            assertThat(process.isAlive()).as(() -> "log: " + readLog()).isTrue();
            var answered = new AtomicInteger();
            var clients = new ArrayList<Thread>();
            for (int client = 0; client < CLIENTS; client++) {
                var choices = new Random(seed + 1_000L * round + client);
                clients.add(Thread.ofVirtual().start(() -> count(choices, answered)));
            }
            int wanted = 1 + moments.nextInt(ANSWERED_MAX);
            Await.until("some requests are answered", START, () -> answered.get() >= wanted);
            TimeUnit.MICROSECONDS.sleep(moments.nextInt(250_000));
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            for (Thread client : clients) {
                client.join();
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private String readLog() {
        try {
            return Files.readString(log().toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Relays what is left, compares what is told with what is there, and says how many facts there were. */
    private long look() {
        try (ApplicationContext context = ApplicationContext.builder().properties(store.settings())
                .properties(Map.of("tallygate.data-dir", data().toString(), "tallygate.events.publish",
                        "counters,quotas", "tallygate.shutdown.timeout", "30s"))
                .start()) {
            Ledger ledger = context.getBean(Ledger.class);
            Await.until("all is relayed", START, () -> number(ledger, true) == number(ledger, false));
            long facts = number(ledger, false);
            Map<String, List<Map<String, String>>> byCounter = byCounter(
                    events(context.getBean(EventService.class).log()), facts);
            for (int i = 0; i < COUNTERS; i++) {
                String id = "r" + i;
                long value = ledger.read(CounterKey.of(id, "likes"), Consistency.STRONG).toCompletableFuture().join()
                        .value();
                assertThat(byCounter.getOrDefault(id, List.of()).stream()
                        .mapToLong(data -> Long.parseLong(data.getOrDefault("delta", ""))).sum())
                        .as("sum of what is told of %s, seed %d", id, seed).isEqualTo(value);
            }
            return facts;
        }
    }

    private static long number(Ledger ledger, boolean relayed) {
        return ledger.read(relayed ? Outbox.position(0) : Outbox.end(0), Consistency.STRONG).toCompletableFuture()
                .join().value();
    }

    private List<Event> events(EventLog log) {
        var events = new ArrayList<Event>();
        try (EventLog.Subscription subscription = log.subscribe(ChangeRelay.TOPIC, "look" + ++looks, () -> {})) {
            for (EventLog.Assigned assigned : subscription.assigned()) {
                List<Delivery> deliveries;
                do {
                    deliveries = subscription.poll(assigned.partition());
                    deliveries.forEach(delivery -> events.add(delivery.event()));
                } while (!deliveries.isEmpty());
            }
        }
        return events;
    }

    /** What is told of each counter, in order and without repetitions; the whole has no gaps and nothing that differs. */
    private Map<String, List<Map<String, String>>> byCounter(List<Event> events, long facts) {
        var byId = new LinkedHashMap<String, Event>();
        for (Event event : events) {
            Event before = byId.putIfAbsent(event.source() + ' ' + event.id(), event);
            assertThat(event).as("repetition, seed %d", seed).isEqualTo(before == null ? event : before);
        }
        System.out.println("ChangesCrashTest: " + facts + " facts, " + (events.size() - byId.size()) + " repetitions");
        var ids = new TreeSet<String>();
        var byCounter = new TreeMap<String, List<Map<String, String>>>();
        var values = new TreeMap<String, Long>();
        for (Event event : byId.values()) {
            ids.add(event.id());
            Map<String, String> data = members(event);
            long before = values.getOrDefault(event.key(), 0L);
            long value = Long.parseLong(data.getOrDefault("value", ""));
            assertThat(value).as("value of %s after %d, seed %d", event.id(), before, seed)
                    .isEqualTo(before + Long.parseLong(data.getOrDefault("delta", "")));
            values.put(event.key(), value);
            byCounter.computeIfAbsent(event.key(), _ -> new ArrayList<>()).add(data);
        }
        assertThat(ids).as("ids, seed %d", seed)
                .containsExactlyElementsOf(LongStream.range(0, facts).mapToObj(i -> "0000-" + Outbox.id(i)).toList());
        return byCounter;
    }

    private static Map<String, String> members(Event event) {
        var members = new TreeMap<String, String>();
        String text = new String(Objects.requireNonNull(event.data()).bytes(), UTF_8);
        try (JsonParser in = JSON.createParser(text)) {
            in.nextToken();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                in.nextToken();
                members.put(name, in.getText());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return members;
    }
}
