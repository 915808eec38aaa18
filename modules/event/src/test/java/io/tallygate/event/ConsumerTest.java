package io.tallygate.event;

import static io.tallygate.event.EventNodes.now;
import static io.tallygate.event.EventNodes.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.OracleStore;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of events that are appended, on a ledger of real threads and a store that is a model. */
@Timeout(120)
final class ConsumerTest {

    private final EventNodes nodes = new EventNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    private static Event[] events(int count, int keys) {
        return IntStream.range(0, count).mapToObj(i -> TestEvents.of("e" + i, "k" + i % keys)).toArray(Event[]::new);
    }

    @Test
    void events_always_haveTheirEffectOnceInTheOrderOfTheirKey() {
        EventNodes.Node node = nodes.open();
        node.append(events(500, 7));
        node.settle();

        var last = new HashMap<String, Integer>();
        node.handler().handled.forEach(delivery -> {
            int number = Integer.parseInt(delivery.event().id().substring(1));
            assertThat(number).isGreaterThan(last.getOrDefault(delivery.event().key(), -1));
            last.put(delivery.event().key(), number);
        });
        node.append(events(100, 7));
        node.settle();
        assertThat(node.handler().handled).hasSize(600);
        assertThat(IntStream.range(0, 7).mapToLong(i -> node.effect("k" + i)).sum()).isEqualTo(500);
        assertThat(node.deadCount()).isZero();
    }

    @Test
    void events_ofAHandlerThatNeverBlocks_haveTheirEffectOnceToo() {
        EventNodes.Node node = nodes.open();
        node.handler().neverBlocks = true;
        var failing = new AtomicInteger(2);
        node.handler().failWith(delivery -> delivery.event().id().equals("e3") && failing.getAndDecrement() > 0
                ? ScriptedHandler.poison()
                : null);
        node.append(events(500, 7));
        node.settle();

        assertThat(node.handler().tries).containsEntry("e3", 3).hasSize(500);
        assertThat(IntStream.range(0, 7).mapToLong(i -> node.effect("k" + i)).sum()).isEqualTo(500);
    }

    /** A log without an end, of which each event has a key of its own, and a handler that is never done. */
    @Test
    void events_thatCannotBegin_areLeftInTheLog() {
        EventNodes.Node node = nodes.open();
        var log = new EndlessLog();
        var begun = new AtomicInteger();
        var settings = new ConsumerSettings(10, 3, Duration.ofMillis(1), Duration.ofMillis(1), true, 50, 1_000_000, 5);
        try (var consumer = new Consumer(new EventHandler() {
            @Override
            public String topic() {
                return ScriptedHandler.TOPIC;
            }

            @Override
            public String group() {
                return "endless";
            }

            @Override
            public CompletionStage<?> handle(Delivery delivery) {
                begun.incrementAndGet();
                return new CompletableFuture<>();
            }
        }, log, new DeadLetters(node.ledger()), null, settings, Duration.ofMillis(1), nodes.clock,
                System::nanoTime, new Random(1))) {
            consumer.start();
            Await.until("ten events are under way", () -> begun.get() == 10);
            int looks = log.looks.get();
            while (log.looks.get() < looks + 100) {
                log.wake.run();
            }
            assertThat(log.polled.get()).isBetween(10, 4 * 10 + 10 + EndlessLog.AT_ONCE);
        }
    }

    @Test
    void events_afterARestart_areNotHandledAgain() {
        EventNodes.Node first = nodes.open();
        first.append(events(50, 5));
        first.settle();
        first.close();

        EventNodes.Node second = nodes.open();
        second.append(TestEvents.of("last", "k"));
        second.settle();
        assertThat(second.handler().tries).containsOnlyKeys("last");
    }

    /** Longer than a key is kept: then only the position keeps what was done from being done again. */
    @Test
    void events_readAgainLongAfter_areSkippedByThePosition() {
        EventNodes.Node first = nodes.open();
        first.append(events(20, 5));
        first.settle();
        first.close();
        nodes.clock.advance(Duration.ofDays(3));

        EventNodes.Node second = nodes.open();
        EventLog.Subscription subscription = second.service().log().subscribe(ScriptedHandler.TOPIC,
                ScriptedHandler.GROUP, () -> {});
        assertThat(subscription.assigned().stream().mapToLong(EventLog.Assigned::position).sum()).isEqualTo(20);
        second.settle();
        assertThat(second.handler().tries).isEmpty();
    }

    /** So that one event of each partition is not done for as long as a test wants, and those behind it are. */
    private EventNodes.Node openHeldUp() {
        EventNodes.Node node = nodes.open(new OracleStore(nodes.data),
                new ConsumerSettings(16, 3, Duration.ofHours(100),
                        Duration.ofHours(100), true, 50, 1_000, 5));
        node.handler().failWith(delivery -> delivery.event().id().startsWith("bad") ? ScriptedHandler.poison() : null);
        IntStream.range(0, 20).forEach(i -> node.append(TestEvents.of("bad" + i, "bad" + i)));
        node.append(events(200, 20));
        Await.until("what can be done is", () -> node.handler().handled.size() == 200);
        assertThat(node.lag()).as("behind those that are not").isGreaterThan(100);
        return node;
    }

    private void assertEffectsOnce(EventNodes.Node node) {
        node.settle();
        assertThat(IntStream.range(0, 20).mapToLong(i -> node.effect("k" + i)).sum()).isEqualTo(200);
        assertThat(IntStream.range(0, 20).mapToLong(i -> node.effect("bad" + i)).sum()).isEqualTo(20);
        assertThat(node.handler().tries).hasSize(20);
    }

    /** A topic may stand still for longer than keys are kept. */
    @Test
    void events_doneBeyondOneThatIsNot_areNotDoneAgainHoweverMuchLater() {
        openHeldUp().close();
        nodes.clock.advance(Duration.ofDays(3));
        assertEffectsOnce(nodes.open());
    }

    @Test
    void events_doneBeyondOneThatIsNot_areKeptInTime() {
        EventNodes.Node killed = openHeldUp();
        nodes.clock.advance(Duration.ofMinutes(1));
        Await.until("it is kept what is done", () -> ahead(killed).noneMatch(DoneAhead::isEmpty));
        killed.kill();
        nodes.clock.advance(Duration.ofDays(3));
        EventNodes.Node next = nodes.open();
        assertEffectsOnce(next);
        nodes.clock.advance(Duration.ofMinutes(1));
        Await.until("what is below the position is kept no more", () -> ahead(next).allMatch(DoneAhead::isEmpty));
    }

    private static Stream<DoneAhead> ahead(EventNodes.Node node) {
        return now(new Positions(node.ledger()).assigned(ScriptedHandler.TOPIC, ScriptedHandler.GROUP,
                IntStream.range(0, EventNodes.PARTITIONS).boxed().toList())).stream().map(EventLog.Assigned::ahead);
    }

    @Test
    void event_thatFailsForAWhile_isTriedAgainAndHoldsUpItsKeyAlone() {
        EventNodes.Node node = nodes.open();
        var failing = new AtomicInteger(2);
        node.handler().failWith(delivery -> delivery.event().id().equals("bad") && failing.getAndDecrement() > 0
                ? ScriptedHandler.poison()
                : null);
        node.append(TestEvents.of("bad", "a"), TestEvents.of("behind", "a"), TestEvents.of("beside", "b"));
        node.settle();

        assertThat(node.handler().tries).containsEntry("bad", 3);
        assertThat(node.effect("a")).isEqualTo(2);
        assertThat(node.handler().handled.stream().map(delivery -> delivery.event().id())
                .filter(id -> !id.equals("beside"))).containsExactly("bad", "behind");
        assertThat(node.dead()).isEmpty();
    }

    @Test
    void event_thatAlwaysFails_isDeadAndTheOthersGoOn() {
        EventNodes.Node node = nodes.open();
        node.handler().failWith(delivery -> delivery.event().id().equals("bad") ? ScriptedHandler.poison() : null);
        node.append(TestEvents.of("bad", "a"), TestEvents.of("behind", "a"));
        node.settle();

        assertThat(node.effect("a")).isEqualTo(1);
        DeadLetter letter = node.dead().getFirst();
        assertThat(letter.event()).isEqualTo(TestEvents.of("bad", "a"));
        assertThat(letter.error()).isEqualTo("not-found");
        assertThat(letter.message()).isEqualTo("poison");
        assertThat(letter.attempts()).isEqualTo(3);
        assertThat(letter.state()).isEqualTo(DeadLetter.State.DEAD);
        assertThat(node.deadCount()).isEqualTo(1);
        assertThat(node.events().consumers()).containsExactly(
                new ConsumerStatistics(ScriptedHandler.TOPIC, ScriptedHandler.GROUP, false, 0, 1, 3, 1, null));
    }

    @Test
    void event_thatDoesNotParse_isDeadAtOnce() {
        EventNodes.Node node = nodes.open();
        node.handler().failWith(_ -> new InvalidInputException("data", "x", "must be y".repeat(2_000)));
        node.append(TestEvents.of("bad", "a"));
        node.settle();

        assertThat(node.handler().tries).containsEntry("bad", 1);
        assertThat(node.dead().getFirst().error()).isEqualTo("invalid-input");
        assertThat(node.dead().getFirst().message()).hasSize(DeadLetter.MESSAGE_BYTES_MAX)
                .startsWith("data is 'x' and");
    }

    @Test
    void event_whoseHandlerThrows_isDeadByTheNameOfWhatItThrew() {
        EventNodes.Node node = nodes.open();
        node.handler().failWith(_ -> {
            throw new IllegalStateException();
        });
        node.append(TestEvents.of("bad", "a"));
        node.settle();
        assertThat(node.dead().getFirst().error()).isEqualTo("IllegalStateException");
    }

    @Test
    void store_away_isNotTheEventsFault() {
        EventNodes.Node node = nodes.open();
        var away = new AtomicBoolean(true);
        node.handler().failWith(_ -> away.get() ? new StoreUnavailableException("away", new IOException()) : null);
        node.append(events(5, 5));
        Await.until("it was tried often", () -> node.handler().tries.values().stream().mapToInt(n -> n).sum() > 20);
        assertThat(notes(node)).isEmpty();
        nodes.clock.advance(ConsumerSettings.TOLD_AFTER);
        Await.until("it is told", () -> notes(node).equals(List.of("events: test_events waits: away")));
        away.set(false);
        node.settle();
        assertThat(notes(node)).isEmpty();

        assertThat(node.dead()).isEmpty();
        assertThat(now(node.events().lag(ScriptedHandler.TOPIC)).getFirst().stopped()).isFalse();
        assertThat(IntStream.range(0, 5).mapToLong(i -> node.effect("k" + i)).sum()).isEqualTo(5);
    }

    private static List<String> notes(EventNodes.Node node) {
        return new ConsumerNotes(node.events()).notes();
    }

    @Test
    void topic_ofWhichMostFails_stopsAndGoesOnWhenOneSucceeds() {
        EventNodes.Node node = nodes.open();
        node.handler().failWith(_ -> ScriptedHandler.poison());
        node.append(events(200, 200));
        Await.until("it has stopped", () -> node.isStopped());
        assertThat(notes(node)).containsExactly("events: stopped, because too many fail: test_events");
        assertThat(now(node.events().lag(ScriptedHandler.TOPIC)).getFirst().stopped()).isTrue();

        node.handler().failWith(_ -> null);
        Await.until("one is tried, half a minute later", () -> {
            nodes.clock.advance(Duration.ofSeconds(30));
            return !node.isStopped();
        });
        node.settle();
        long dead = node.dead().size();
        assertThat(dead).isLessThan(200);
        assertThat(IntStream.range(0, 200).mapToLong(i -> node.effect("k" + i)).sum()).isEqualTo(200 - dead);
    }

    @Test
    void topic_thatHasStopped_goesOnWhenSomebodySaysSo() {
        EventNodes.Node node = nodes.open();
        node.handler().failWith(_ -> ScriptedHandler.poison());
        node.append(events(200, 200));
        Await.until("it has stopped", () -> node.isStopped());
        node.handler().failWith(_ -> null);

        now(node.events().resume(ScriptedHandler.TOPIC));

        Await.until("it goes on", () -> !node.isStopped());
        node.settle();
    }

    @Test
    void partition_withTooMuchAhead_isReadNoFurther() {
        var narrow = new ConsumerSettings(4, 0, Duration.ofMillis(1), Duration.ofMillis(1), true, 100, 10, 5);
        EventNodes.Node node = nodes.open(new OracleStore(nodes.data), narrow);
        var stuck = new AtomicBoolean(true);
        node.handler().failWith(delivery -> stuck.get() && delivery.event().id().equals("stuck")
                ? new StoreUnavailableException("away", new IOException())
                : null);
        node.append(TestEvents.of("stuck", "a"));
        // One batch each, because what is polled is taken whole.
        for (int i = 0; i < 100; i++) {
            node.append(TestEvents.of("e" + i, "a"));
        }
        Await.until("it was tried", () -> node.handler().tries.getOrDefault("stuck", 0) > 3);
        assertThat(node.handler().tries).containsOnlyKeys("stuck");
        stuck.set(false);
        node.settle();
        assertThat(node.effect("a")).isEqualTo(101);
    }

    @Test
    void processes_onOneStore_haveEachEffectOnce() {
        List<EventNodes.Node> three = List.of(nodes.open(), nodes.open(), nodes.open());
        for (int i = 0; i < 50; i++) {
            three.get(i % 3).append(TestEvents.of("e" + i, "k" + i % 5));
        }
        three.get(1).close();
        for (int i = 50; i < 100; i++) {
            three.get(i % 2 * 2).append(TestEvents.of("e" + i, "k" + i % 5));
        }
        EventNodes.Node joined = nodes.open();
        joined.settle();
        assertThat(IntStream.range(0, 5).mapToLong(i -> joined.effect("k" + i)).sum()).isEqualTo(100);
    }

    @Test
    void append_toATopicThatNobodyConsumes_isRefused() {
        EventNodes.Node node = nodes.open();
        assertThat(problem(node.events().append("other", List.of(TestEvents.of("1", "k")))))
                .isEqualTo(EventProblem.UNKNOWN_TOPIC);
        assertThat(EventNodes.failure(node.events().append(ScriptedHandler.TOPIC, List.of())))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void service_withHandlersThatAreAlike_doesNotStart() {
        EventNodes.Node node = nodes.open();
        var twice = List.<EventHandler>of(new ScriptedHandler(node.ledger()), new ScriptedHandler(node.ledger()));
        assertThatThrownBy(() -> service(node, twice)).hasMessageContaining("two handlers");
        var unnamed = List.<EventHandler>of(new ScriptedHandler(node.ledger(), "No Name"));
        assertThatThrownBy(() -> service(node, unnamed)).hasMessageContaining("group: 'No Name'");
    }

    private EventService service(EventNodes.Node node, List<EventHandler> handlers) {
        return new EventService(node.ledger(), handlers, EventNodes.settings(Duration.ofDays(1), 1),
                _ -> EventNodes.QUICK,
                Duration.ofSeconds(1), nodes.clock, nodes::nanos, new Random(1));
    }
}
