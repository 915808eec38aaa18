package io.tallygate.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.core.order.OrderUtil;
import io.micronaut.discovery.consul.client.v1.ConsulAslTokenFilter;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.Drain;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Against a real Consul, and a real server for it to check. */
@Timeout(300)
final class RegistrationTest {

    private static final String TOKEN = "5d1f3a52-8c7e-4b0a-9a51-0f6e2c9d7b44";
    private static final String NAME = "tallygate-counter";
    private static final Duration CALLERS_LEAVE_WITHIN = Duration.ofMillis(500);

    private final ConsulAgent consul = ConsulAgent.installed();

    @AfterEach
    void stopConsul() {
        consul.close();
    }

    private Instance start(Map<String, Object> settings) {
        return new Instance(consul.address(), true, settings);
    }

    private boolean healthy(Instance... instances) {
        JsonNode known = consul.healthy(NAME);
        List<Integer> ports = known.findValues("Service").stream().map(service -> service.path("Port").asInt()).sorted()
                .toList();
        return ports.equals(Stream.of(instances).map(Instance::port).sorted().toList());
    }

    @Test
    void started_serving_isKnownWithTagsWeightAndACheckThatPasses() {
        consul.launch();
        try (var instance = start(Map.of("tallygate.service.tags", "eu, blue", "tallygate.service.weight", "3",
                "tallygate.consul.check-interval", "1s"))) {
            Await.until("registered", () -> healthy(instance));
            JsonNode entry = consul.healthy(NAME).get(0);
            JsonNode service = entry.path("Service");
            assertThat(service.path("ID").asText()).isEqualTo(instance.id());
            assertThat(service.path("Address").asText()).isEqualTo("127.0.0.1");
            assertThat(service.path("Tags")).extracting(JsonNode::asText).containsExactly("eu", "blue");
            assertThat(service.path("Weights").path("Passing").asInt()).isEqualTo(3);
            // Its own words, not ours: the check has run.
            Await.until("checked", () -> check(instance).path("Output").asText().contains("success"));
            JsonNode check = check(instance);
            assertThat(check.path("Status").asText()).isEqualTo("passing");
            assertThat(check.path("Type").asText()).isEqualTo("grpc");
            assertThat(check.path("Interval").asText()).isEqualTo("1s");

            instance.serving(false);
            Await.until("the check fails", () -> healthy());
            instance.serving(true);
            Await.until("the check passes", () -> healthy(instance));
        }
    }

    /** As the agent has it, which tells the catalog only of changes that matter. */
    private JsonNode check(Instance instance) {
        return consul.get("/v1/agent/checks").path("service:" + instance.id());
    }

    @Test
    void started_notServingYet_isKnownOnceItServes() throws Exception {
        consul.launch();
        try (var instance = new Instance(consul.address(), false, Map.of())) {
            TimeUnit.MILLISECONDS.sleep(500);
            assertThat(consul.get("/v1/agent/services")).isEmpty();
            instance.serving(true);
            Await.until("registered", () -> healthy(instance));
        }
    }

    @Test
    void drain_registered_leavesBeforeAnyServerAndWhileItStillServes() {
        consul.launch();
        try (var instance = start(Map.of()); var stays = start(Map.of())) {
            Await.until("both are registered", () -> healthy(instance, stays));
            Drain other = () -> {};
            Drain leave = instance.context.getBean(Drain.class);
            assertThat(Stream.of(other, leave).sorted(OrderUtil.COMPARATOR)).containsExactly(leave, other);

            Duration waited = drained(instance);
            assertThat(waited).isGreaterThan(CALLERS_LEAVE_WITHIN);
            assertThat(healthy(stays)).isTrue();
            assertThat(instance.server.isRunning()).isTrue();
            try (var health = new OwnHealth("127.0.0.1", instance.port(), null)) {
                Await.until("it still serves", health::serving);
            }
            assertThat(drained(instance)).as("the second time").isLessThan(waited);
        }
    }

    @Test
    void close_notDrained_leavesAllTheSame() {
        consul.launch();
        var instance = start(Map.of());
        Await.until("registered", () -> healthy(instance));
        instance.close();
        assertThat(consul.get("/v1/agent/services")).isEmpty();
    }

    @Test
    void consul_killedAndRestarted_knowsItAgain() {
        consul.launch();
        try (var instance = start(Map.of())) {
            Await.until("registered", () -> healthy(instance));
            consul.kill();
            consul.launch();
            Await.until("registered again", () -> healthy(instance));
        }
    }

    @Test
    void consul_withAccessControl_isToldTheTokenAndNoLogIs() {
        try (var log = new Log();
                var guarded = ConsulAgent.guarded(TOKEN)) {
            guarded.launch();
            try (var stranger = new Instance(guarded.address(), true, Map.of());
                    var instance = new Instance(guarded.address(), true, Map.of("tallygate.consul.token", TOKEN))) {
                Await.until("registered", () -> guarded.healthy(NAME).size() == 1);
                assertThat(guarded.healthy(NAME).get(0).path("Service").path("ID").asText()).isEqualTo(instance.id());
                Await.until("the stranger says why it is not",
                        () -> log.lines.stream().anyMatch(line -> line.contains("403 Permission denied")));
                assertThat(stranger.server.isRunning()).isTrue();
                instance.drain();
                assertThat(guarded.healthy(NAME)).isEmpty();
            }
            assertThat(log.lines).anyMatch(line -> line.contains(ConsulAslTokenFilter.HEADER_CONSUL_TOKEN))
                    .noneMatch(line -> line.contains(TOKEN));
        }
    }

    /** What this module and the client log while it is open, down to the least important. */
    private static final class Log extends AppenderBase<ILoggingEvent> implements AutoCloseable {

        final Queue<String> lines = new ConcurrentLinkedQueue<>();
        private final List<Logger> loggers = Stream.of("io.tallygate", "io.micronaut.http", "io.micronaut.discovery")
                .map(name -> (Logger) LoggerFactory.getLogger(name)).toList();

        Log() {
            start();
            for (Logger logger : loggers) {
                logger.setLevel(Level.TRACE);
                logger.setAdditive(false);
                logger.addAppender(this);
            }
        }

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }

        @Override
        public void close() {
            for (Logger logger : loggers) {
                logger.detachAppender(this);
                logger.setAdditive(true);
                logger.setLevel(null);
            }
        }
    }

    @Test
    void consul_awayAtTheStart_startsAndIsKnownLater() throws Exception {
        try (var instance = start(Map.of())) {
            assertThat(instance.server.isRunning()).isTrue();
            TimeUnit.MILLISECONDS.sleep(300);
            consul.launch();
            Await.until("registered", () -> healthy(instance));
        }
    }

    /** Nobody can follow, so nobody is waited for: one of three shows it, as another process may have the machine. */
    @Test
    void consul_awayAtTheEnd_stopsAtOnce() {
        consul.launch();
        try (var first = start(Map.of()); var second = start(Map.of()); var third = start(Map.of())) {
            Await.until("registered", () -> healthy(first, second, third));
            consul.kill();
            assertThat(Stream.of(first, second, third).map(RegistrationTest::drained))
                    .anySatisfy(took -> assertThat(took).isLessThan(CALLERS_LEAVE_WITHIN));
        }
    }

    private static Duration drained(Instance instance) {
        long start = System.nanoTime();
        instance.drain();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void registration_ofACrashedPredecessor_isReplaced() {
        consul.launch();
        try (var old = start(Map.of("tallygate.service.weight", "2"))) {
            Await.until("registered", () -> healthy(old));
            int port = old.port();
            old.server.getServer().shutdownNow();
            try (var successor = start(Map.of("tallygate.service.weight", "7", "grpc.server.port",
                    Integer.toString(port)))) {
                Await.until("replaced", () -> healthy(successor) && consul.healthy(NAME).get(0).path("Service")
                        .path("Weights").path("Passing").asInt() == 7);
            }
        }
    }
}
