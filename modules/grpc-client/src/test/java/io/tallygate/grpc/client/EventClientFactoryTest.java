package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.event.DeadLetter;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.Delivery;
import io.tallygate.event.Event;
import io.tallygate.event.EventHandler;
import io.tallygate.event.EventLog;
import io.tallygate.event.EventProblem;
import io.tallygate.event.Events;
import io.tallygate.event.GroupLag;
import io.tallygate.event.Payload;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.OracleStore;
import io.tallygate.payment.Money;
import io.tallygate.payment.PaymentOrder;
import io.tallygate.payment.Payments;
import io.tallygate.recommendation.RecommendationLedger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway in front of an event service, which has a store of its own. */
@Timeout(180)
final class EventClientFactoryTest {

    private static final String TOPIC = "things";
    private static final String OTHER_TOPIC = "others";
    private static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null);

    @TempDir
    private Path directory;

    private final OracleStore.Data data = new OracleStore.Data();
    private final List<String> handled = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean refusing;
    private Service service;
    private ApplicationContext gateway;
    private Events events;

    private final class Handler implements EventHandler {
        private final String topic;

        Handler(String topic) {
            this.topic = topic;
        }

        @Override
        public String topic() {
            return topic;
        }

        @Override
        public String group() {
            return "group";
        }

        @Override
        public CompletionStage<?> handle(Delivery delivery) {
            handled.add(delivery.event().id());
            return refusing
                    ? CompletableFuture.failedFuture(new InvalidInputException("data", "", "must be good"))
                    : CompletableFuture.completedFuture(delivery);
        }
    }

    @BeforeEach
    void start() {
        service = service(0);
        gateway = gateway(service, Map.of());
        events = gateway.getBean(Events.class);
    }

    private Service service(int port) {
        return service(port, _ -> {});
    }

    private Service service(int port, Consumer<ApplicationContext> before) {
        return new Service(directory.resolve("events"), port, new OracleStore(data), List.of(),
                List.of(new Handler(TOPIC), new Handler(OTHER_TOPIC)), before);
    }

    private static ApplicationContext gateway(Service service, Map<String, Object> more) {
        var settings = new HashMap<>(more);
        settings.put("tallygate.services.event.addresses", "127.0.0.1:" + service.port());
        settings.putIfAbsent("tallygate.services.channels", "2");
        settings.putIfAbsent("tallygate.commit.timeout", "20s");
        return ApplicationContext.builder().deduceEnvironment(false).banner(false).properties(settings).start();
    }

    /** With the events of another service, whose log does what the script says. */
    private void withLog(Function<String, CompletionStage<Void>> script, Map<String, Object> settings,
            Consumer<ApplicationContext> test) {
        try (Service other = service(0,
                context -> context.registerSingleton(EventLog.class, new ScriptedLog(script)));
                ApplicationContext front = gateway(other, settings)) {
            test.accept(front);
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
        service.close();
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Throwable failure(CompletionStage<?> stage) {
        return Optional.ofNullable(stage.handle((_, thrown) -> thrown).toCompletableFuture().join())
                .map(StageFailures::cause).orElseThrow();
    }

    private static void assertProblem(EventProblem kind, CompletionStage<?> stage) {
        assertThat(failure(stage)).isInstanceOfSatisfying(DomainProblemException.class,
                problem -> assertThat(problem.kind()).isEqualTo(kind));
    }

    private static Event event(int id, String key) {
        return new Event(Integer.toString(id), "/s", "t", key,
                new TreeMap<>(Map.of("n", 7, "f", true, "time", "2026-01-31T12:00:00Z")),
                Payload.ofJson("{\"a\": 1}".getBytes(StandardCharsets.UTF_8)));
    }

    private void settle() {
        Await.until("all is done", () -> now(events.lag(TOPIC)).stream().mapToLong(GroupLag::lag).sum() == 0);
    }

    @Test
    void append_ofManyAtOnce_isInTheOrderOfTheCalls() {
        var appended = new ArrayList<CompletionStage<Void>>();
        for (int i = 0; i < 3_000; i += 3) {
            appended.add(events.append(TOPIC, List.of(event(i, "k"), event(i + 1, "k"), event(i + 2, "k"))));
        }
        appended.forEach(EventClientFactoryTest::now);
        settle();
        assertThat(handled.stream().map(Integer::valueOf).toList()).hasSize(3_000).isSorted();
        assertThat(events.consumers()).isEmpty();
        assertThat(now(events.lag(TOPIC)).getFirst().stopped()).isFalse();
        now(events.resume(TOPIC));
    }

    @Test
    void append_whileTheServiceRestarts_waitsForIt() {
        int port = service.port();
        now(events.append(TOPIC, List.of(event(1, "k"))));
        service.close();
        CompletionStage<Void> appended = events.append(TOPIC, List.of(event(2, "k")));
        service = service(port);
        now(appended);
        settle();
        assertThat(handled).contains("1", "2");
    }

    @Test
    void deadLetters_always_areThoseOfTheService() {
        refusing = true;
        now(events.append(TOPIC, List.of(event(1, "a"), event(2, "b"), event(3, "c"))));
        settle();
        assertThat(now(events.deadLetterCounts())).containsOnly(Map.entry(TOPIC, 3L), Map.entry(OTHER_TOPIC, 0L));
        var page = now(events.deadLetters(TOPIC, new DeadLetterFilter("invalid-input", "t", Instant.EPOCH,
                Instant.now().plusSeconds(3600)), "", 2));
        assertThat(page.deadLetters()).hasSize(2);
        assertThat(now(events.deadLetters(TOPIC, ALL, String.valueOf(page.cursor()), 2))).satisfies(next -> {
            assertThat(next.deadLetters()).hasSize(1);
            assertThat(next.cursor()).isNull();
        });
        DeadLetter letter = now(events.deadLetter(TOPIC, page.deadLetters().getFirst().id()));
        assertThat(letter.event()).isEqualTo(event(Integer.parseInt(letter.event().id()), letter.event().key()));
        assertThat(letter.state()).isEqualTo(DeadLetter.State.DEAD);

        refusing = false;
        Payload edit = Payload.ofJson("[1]".getBytes(StandardCharsets.UTF_8));
        assertThat(now(events.replay(TOPIC, letter.id(), edit)).id()).isEqualTo(letter.id());
        Await.until("it is replayed",
                () -> now(events.deadLetter(TOPIC, letter.id())).state() == DeadLetter.State.REPLAYED);
        assertThat(now(events.deadLetter(TOPIC, letter.id()))).satisfies(replayed -> {
            assertThat(replayed.edited()).isEqualTo(edit);
            assertThat(replayed.replayedAt()).isNotNull();
        });
        assertThat(now(events.countReplayable(TOPIC, ALL))).isEqualTo(2);
        var run = now(events.replayAll(TOPIC, ALL, 1_000));
        assertThat(run.matched()).isEqualTo(2);
        Await.until("the replay has ended", () -> now(events.replayRun(run.id())).endedAt() != null);
        assertThat(now(events.replayRun(run.id())).succeeded()).isEqualTo(2);
        assertThat(now(events.purge(TOPIC, letter.id())).map(DeadLetter::id)).contains(letter.id());
        assertThat(now(events.purge(TOPIC, letter.id()))).isEmpty();
        assertThat(now(events.purgeAll(TOPIC, Instant.now().plusSeconds(3600)))).isZero();
    }

    @Test
    void request_thatTheServiceRefuses_failsAsThePortSays() {
        assertProblem(EventProblem.UNKNOWN_TOPIC, events.append("nothing", List.of(event(1, "k"))));
        assertProblem(EventProblem.UNKNOWN_TOPIC, events.lag("nothing"));
        assertProblem(EventProblem.UNKNOWN_TOPIC, events.resume("nothing"));
        assertProblem(EventProblem.UNKNOWN_DEAD_LETTER, events.deadLetter(TOPIC, "x"));
        assertProblem(EventProblem.UNKNOWN_REPLAY, events.replayRun("x"));
        assertThat(failure(events.append(TOPIC, List.of()))).isInstanceOf(InvalidInputException.class);
        assertThat(failure(events.deadLetters(TOPIC, ALL, "", 2_000))).isInstanceOfSatisfying(
                InvalidInputException.class, invalid -> {
                    assertThat(invalid.field()).isEqualTo("limit");
                    assertThat(invalid.value()).isEqualTo("2000");
                });
        assertThat(failure(events.purge(TOPIC, ""))).isInstanceOfSatisfying(InvalidInputException.class,
                invalid -> assertThat(invalid.value()).isEmpty());
    }

    /** Nothing that comes after it waits, and it is not asked for again. */
    @Test
    void append_toATopicThatTheLogHasNot_failsAloneAndAsThePortSays() {
        withLog(topic -> topic.equals(TOPIC)
                ? CompletableFuture.failedFuture(new DomainProblemException(EventProblem.TOPIC_MISSING, "create it"))
                : CompletableFuture.completedFuture(null), Map.of(), front -> {
                    Events refused = front.getBean(Events.class);
                    var appended = new ArrayList<CompletionStage<Void>>();
                    for (int i = 0; i < 20; i++) {
                        appended.add(refused.append(i % 2 == 0 ? TOPIC : OTHER_TOPIC, List.of(event(i, "k"))));
                    }
                    for (int i = 0; i < appended.size(); i += 2) {
                        assertProblem(EventProblem.TOPIC_MISSING, appended.get(i));
                        now(appended.get(i + 1));
                    }
                    assertProblem(EventProblem.TOPIC_MISSING, refused.lag(TOPIC));
                });
    }

    /** A log elsewhere may be away while the store, where accounts and dead letters are, is not. */
    @Test
    void log_thatDoesNotAnswer_takesNothingElseDown() {
        var asked = new AtomicInteger();
        withLog(_ -> {
            // Mostly it says so, and at times not even that.
            return asked.incrementAndGet() % 4 == 0
                    ? new CompletableFuture<>()
                    : CompletableFuture.failedFuture(new StoreUnavailableException("away", new IOException()));
        }, Map.of("tallygate.services.timeout", "500ms", "tallygate.commit.timeout", "1s",
                "tallygate.services.breaker.calls", "4", "tallygate.services.breaker.recovery", "1h"), front -> {
                    Events away = front.getBean(Events.class);
                    Payments payments = front.getBean(Payments.class);
                    soon(() -> payments.deposit("ada", new Money(10, "EUR"), new RequestKey("", "ada")));
                    while (asked.get() < 12) {
                        assertThat(failure(away.append(TOPIC, List.of(event(1, "k")))))
                                .isInstanceOf(UnavailableException.class);
                        assertThat(failure(away.lag(TOPIC))).isInstanceOf(UnavailableException.class);
                        assertThat(soon(() -> payments.account("ada")).balance()).isEqualTo(10);
                        assertThat(soon(away::deadLetterCounts)).containsKey(TOPIC);
                    }
                });
    }

    /** As where a topic's leader hangs. */
    @Test
    void append_toATopicThatHangs_holdsUpNoOtherTopic() {
        var hangs = new CompletableFuture<Void>();
        var release = new CompletableFuture<Void>();
        withLog(topic -> {
            if (topic.equals(TOPIC)) {
                hangs.complete(null);
                return release;
            }
            return CompletableFuture.completedFuture(null);
        }, Map.of("tallygate.services.timeout", "60s", "tallygate.commit.timeout", "60s"), front -> {
            Events gateway = front.getBean(Events.class);
            CompletionStage<Void> held = gateway.append(TOPIC, List.of(event(1, "k")));
            hangs.join();
            for (int i = 0; i < 3; i++) {
                now(gateway.append(OTHER_TOPIC, List.of(event(i, "k"))));
            }
            assertThat(held.toCompletableFuture()).isNotDone();
            release.complete(null);
            now(held);
        });
        assertThat(Stream.of("counter_events", "usage_events", "payment_events", "user_interactions")
                .map(RemoteAppends::lane)).as("lanes of topics that there are").doesNotHaveDuplicates();
    }

    /** Behind a gateway it is told as it is without one. */
    @Test
    void append_whileTheLogIsAway_isToldSoAndNotThatTimeIsOver() {
        withLog(_ -> CompletableFuture.failedFuture(new StoreUnavailableException("away", new IOException())),
                Map.of("tallygate.services.timeout", "20s", "tallygate.commit.timeout", "1s",
                        "tallygate.services.breaker.calls", "1000"),
                front -> assertThat(failure(front.getBean(Events.class).append(TOPIC, List.of(event(1, "k")))))
                        .isInstanceOf(StoreUnavailableException.class));
    }

    /** A busy machine may miss the time of a call, but not of each. */
    private static <T> T soon(Supplier<CompletionStage<T>> question) {
        for (int tries = 1; tries < 5; tries++) {
            CompletableFuture<T> answer = question.get().toCompletableFuture();
            if (answer.handle((_, failure) -> failure == null).join()) {
                return answer.join();
            }
        }
        return now(question.get());
    }

    @Test
    void payments_ofAGateway_areOnTheLedgerOfTheService() {
        Payments payments = gateway.getBean(Payments.class);
        for (String account : List.of("ada", "bob")) {
            now(payments.deposit(account, new Money(10, "EUR"), new RequestKey("", account)));
        }
        var order = new PaymentOrder("o", "ada", "bob", new Money(4, "EUR"));
        assertThat(now(payments.pay(order)).replayed()).isFalse();
        assertThat(now(payments.pay(order)).replayed()).isTrue();
        assertThat(now(payments.account("bob")).balance()).isEqualTo(14);
    }

    @Test
    void service_away_failsInTime() {
        service.close();
        try (ApplicationContext impatient = gateway(service,
                Map.of("tallygate.services.channels", "1", "tallygate.commit.timeout", "500ms"))) {
            Events away = impatient.getBean(Events.class);
            for (CompletionStage<?> request : List.<CompletionStage<?>>of(away.append(TOPIC, List.of(event(1, "k"))),
                    away.lag(TOPIC), away.resume(TOPIC), away.replayAll(TOPIC, ALL, 1))) {
                assertThat(failure(request)).isInstanceOf(UnavailableException.class);
            }
        }
    }

    @Test
    void recommendations_whereTheyAreEnabled_areOnTheLedgerOfTheService() {
        assertThat(gateway.containsBean(RecommendationLedger.class)).isFalse();
        try (ApplicationContext enabled = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                .properties(Map.of("tallygate.services.event.addresses", "127.0.0.1:" + service.port(),
                        "tallygate.recommendations.enabled", "true"))
                .start()) {
            assertThat(enabled.getBean(RecommendationLedger.class).ledger()).isInstanceOf(RemoteLedger.class);
        }
    }
}
