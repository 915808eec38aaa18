package io.tallygate.event;

import static io.tallygate.event.EventNodes.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.OracleStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replays where several processes read a topic. */
@Timeout(120)
final class ReplaysTest {

    private static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null);
    /** So many that each process has some. */
    private static final int PARTITIONS = 64;
    private static final int QUICKLY = 10_000;
    /** Between two looks at what other processes do. */
    private static final Duration A_LOOK = Duration.ofSeconds(1);
    private static final Duration ORPHANED_AFTER = Duration.ofSeconds(30);

    private final EventNodes nodes = new EventNodes();
    private final EventNodes.Node one = sharing();
    private final EventNodes.Node other = sharing();
    private final CompletableFuture<Void> gate = new CompletableFuture<>();

    private EventNodes.Node sharing() {
        return nodes.open(new OracleStore(nodes.data), EventNodes.QUICK, new EventSettings(PARTITIONS,
                Duration.ofDays(1), 1L << 30, Duration.ofMillis(20), true, Duration.ofSeconds(5)),
                ScriptedHandler::new);
    }

    @AfterEach
    void close() {
        gate.complete(null);
        nodes.close();
    }

    private static Event[] events(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> TestEvents.of(name + i, "k" + i)).toArray(Event[]::new);
    }

    private static Set<String> tried(EventNodes.Node node, String name) {
        var ids = new HashSet<>(node.handler().tries.keySet());
        ids.removeIf(id -> !id.startsWith(name));
        return ids;
    }

    /** Returns when each knows of the other: then each event is handled by one of them, and each of them handles some. */
    private void awaitBoth() {
        var round = new AtomicInteger();
        nodes.clock.advance(A_LOOK);
        Await.until("they share the partitions", () -> {
            String name = "round" + round.getAndIncrement() + '-';
            one.append(events(name, 32));
            one.settle();
            return tried(one, name).size() + tried(other, name).size() == 32 && !tried(one, name).isEmpty()
                    && !tried(other, name).isEmpty();
        });
    }

    private List<DeadLetter> kill(Event... events) {
        List.of(one, other)
                .forEach(node -> node.handler().failWith(_ -> new InvalidInputException("data", "", "is bad")));
        one.append(events);
        one.settle();
        List<DeadLetter> dead = one.dead();
        assertThat(dead).hasSize(events.length);
        return dead;
    }

    private void waitAtTheGate() {
        List.of(one, other).forEach(node -> node.handler().failWith(_ -> {
            gate.join();
            return null;
        }));
    }

    private ReplayRun awaitEnd(EventNodes.Node node, ReplayRun run) {
        Await.until("the replay ends", () -> now(node.events().replayRun(run.id())).endedAt() != null);
        return now(node.events().replayRun(run.id()));
    }

    @Test
    void replay_ofAKeyThatAnotherProcessReads_takesItsTurnThere() {
        awaitBoth();
        DeadLetter letter = kill(TestEvents.of("bad", "a")).getFirst();
        boolean isOnes = !tried(one, "bad").isEmpty();
        EventNodes.Node reader = isOnes ? one : other;
        EventNodes.Node asked = isOnes ? other : one;
        reader.handler().failWith(delivery -> {
            if (delivery.event().id().equals("slow")) {
                gate.join();
            }
            return null;
        });
        asked.append(TestEvents.of("slow", "a"));
        Await.until("it has begun", () -> reader.handler().tries.containsKey("slow"));

        now(asked.events().replay(ScriptedHandler.TOPIC, letter.id(), null));
        nodes.clock.advance(A_LOOK);
        gate.complete(null);
        Await.until("it is replayed", () -> now(one.events().deadLetter(ScriptedHandler.TOPIC, letter.id()))
                .state() == DeadLetter.State.REPLAYED);

        assertThat(reader.handler().handled.stream().map(delivery -> delivery.event().id())).endsWith("slow", "bad");
        assertThat(asked.handler().tries).doesNotContainKeys("slow", "bad");
        var requests = new ReplayRequests(one.ledger(), ScriptedHandler.TOPIC, ScriptedHandler.GROUP,
                "look");
        Await.until("nothing is left of it", () -> requests.list().isEmpty());
    }

    @Test
    void replayAll_ofKeysThatSeveralProcessesRead_isDoneByEachAndToldWhole() {
        awaitBoth();
        kill(events("bad", 40));
        List.of(one, other).forEach(node -> node.handler().failWith(
                delivery -> delivery.event().id().equals("bad9") ? ScriptedHandler.poison() : null));

        ReplayRun ended = awaitEnd(other, now(one.events().replayAll(ScriptedHandler.TOPIC, ALL, QUICKLY)));

        assertThat(ended.succeeded()).isEqualTo(39);
        assertThat(ended.failed()).isEqualTo(1);
        assertThat(ended.skipped()).isZero();
        assertThat(tried(one, "bad")).isNotEmpty().doesNotContainAnyElementsOf(tried(other, "bad"));
        assertThat(tried(other, "bad")).isNotEmpty();
        assertThat(one.deadCount()).isEqualTo(1);
    }

    @Test
    void replayAll_ofAProcessThatDies_isGoneOnWithByOneThatLives() {
        awaitBoth();
        kill(events("bad", 20));
        waitAtTheGate();
        List<Long> before = effects();
        ReplayRun run = now(one.events().replayAll(ScriptedHandler.TOPIC, ALL, QUICKLY));
        one.ledger().close();

        other.service().replays().sweep();
        assertThat(now(other.events().replayRun(run.id())).endedAt()).isNull();
        nodes.clock.advance(ORPHANED_AFTER);
        gate.complete(null);
        other.service().replays().sweep();

        awaitEnd(other, run);
        assertThat(other.deadCount()).isZero();
        assertThat(effects()).isEqualTo(before.stream().map(effect -> effect + 1).toList());
    }

    private List<Long> effects() {
        return IntStream.range(0, 20).mapToObj(i -> other.effect("k" + i)).toList();
    }

    private Replays replays(Consumer consumer) {
        return new Replays(one.ledger(), new DeadLetters(one.ledger()),
                Map.of(Replays.consumer(consumer.topic(), consumer.group()), consumer), ORPHANED_AFTER, nodes.clock,
                nodes::nanos, new Random(1));
    }

    private Consumer consumer() {
        return new Consumer(one.handler(), new EndlessLog(), new DeadLetters(one.ledger()), null, EventNodes.QUICK,
                Duration.ofSeconds(5), nodes.clock, nodes::nanos, new Random(1));
    }

    private long version(ReplayRun run) {
        return now(one.ledger().documents(List.of(EventRows.replay(run.id())))).getFirst().version();
    }

    /** However long it waits for what it has begun. */
    @Test
    void replayAll_thatSomebodyWorksOn_isLeftToThatOne() {
        kill(events("bad", 5));
        // Their consumers are never started, and so are never done.
        try (Replays looking = replays(consumer())) {
            ReplayRun run = begunAndHeardOf(looking);
            nodes.clock.advance(ORPHANED_AFTER);
            Await.until("it is an orphan, which one of those that look takes", () -> {
                looking.sweep();
                nodes.clock.advance(ORPHANED_AFTER);
                return looking.works(run.id()) || now(one.events().replayRun(run.id())).endedAt() != null;
            });
        }
    }

    private ReplayRun begunAndHeardOf(Replays looking) {
        try (Replays working = replays(consumer())) {
            ReplayRun run = working.begin(ScriptedHandler.TOPIC, ALL, QUICKLY);
            looking.sweep();
            for (int i = 0; i < 5; i++) {
                long before = version(run);
                nodes.clock.advance(ORPHANED_AFTER.dividedBy(3));
                Await.until("something is heard of it", () -> version(run) > before);
                looking.sweep();
            }
            assertThat(looking.works(run.id())).isFalse();
            return run;
        }
    }
}
