package io.tallygate.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tallygate.kernel.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The monolith on SQLite: somebody sets a level over HTTP, and what has changed is told as events, once, over a restart too. */
@Timeout(300)
final class LevelEventsTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String OVERRIDE = "/api/v1/degradation/override";
    private static final String BODY = "{\"level\":\"minimal\",\"feature\":\"leaderboards\",\"reason\":\"drill\",\"ttl\":\"10m\"}";

    @TempDir
    private Path directory = Path.of("");
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

    private ApplicationContext start() {
        ApplicationContext context = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                .bootstrapEnvironment(false).properties(Map.of("tallygate.data-dir", directory.toString(),
                        "tallygate.port", "-1", "tallygate.grpc.port", "0", "tallygate.shutdown.timeout", "20s",
                        "tallygate.events.publish", "levels"))
                .start();
        context.getBean(EmbeddedServer.class).start();
        return context;
    }

    private int send(ApplicationContext context, String method, String path, String body)
            throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + context.getBean(EmbeddedServer.class).getPort() + path);
        return http.send(HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(30))
                .header("content-type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    /** What a group is told from the beginning on, once there is so much. */
    private static List<String> told(ApplicationContext context, String group, int count) {
        var told = new ArrayList<String>();
        try (EventLog.Subscription subscription = context.getBean(EventService.class).log()
                .subscribe(ChangeRelay.TOPIC, group, () -> {})) {
            Await.until(count + " are told", LIMIT, () -> {
                for (EventLog.Assigned assigned : subscription.assigned()) {
                    for (Delivery delivery : subscription.poll(assigned.partition())) {
                        Event event = delivery.event();
                        told.add(event.type() + ' ' + event.subject() + ' '
                                + new String(Objects.requireNonNull(event.data()).bytes(), UTF_8));
                    }
                }
                return told.size() >= count;
            });
        }
        return told;
    }

    @Test
    void aLevelThatChanges_isTold() throws IOException, InterruptedException {
        try (ApplicationContext context = start()) {
            assertThat(send(context, "PUT", OVERRIDE, BODY)).isEqualTo(200);
            assertThat(told(context, "one", 1)).singleElement().asString()
                    .startsWith("io.tallygate.degradation.changed leaderboards {\"node\":\"node-")
                    .contains("\"feature\":\"leaderboards\",\"from\":\"normal\",\"to\":\"minimal\",\"why\":\"set by ");
        }
        try (ApplicationContext context = start()) {
            // The override is in effect in the process that starts, which is another one.
            assertThat(told(context, "two", 2).getLast()).contains("\"from\":\"normal\",\"to\":\"minimal\"");
            assertThat(send(context, "DELETE", OVERRIDE + "?feature=leaderboards", "")).isEqualTo(200);
            assertThat(told(context, "three", 3)).hasSize(3).last().asString()
                    .contains("\"from\":\"minimal\",\"to\":\"normal\"");
        }
    }
}
