package io.tallygate.event;

import static io.tallygate.event.EventNodes.failure;
import static io.tallygate.event.EventNodes.now;
import static io.tallygate.event.EventNodes.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What may be done with events that could not be handled. */
@Timeout(120)
final class DeadLettersTest {

    private static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null);

    private final EventNodes nodes = new EventNodes();
    private final EventNodes.Node node = nodes.open();

    @AfterEach
    void close() {
        nodes.close();
    }

    private static Payload json(String json) {
        return Payload.ofJson(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends events that all die. */
    private List<DeadLetter> kill(Event... events) {
        node.handler().failWith(_ -> new InvalidInputException("data", "", "is bad"));
        node.append(events);
        Await.until("all are dead", () -> {
            now(node.events().resume(ScriptedHandler.TOPIC));
            return node.lag() == 0;
        });
        return node.dead();
    }

    private DeadLetter killOne() {
        return kill(TestEvents.of("bad", "a")).getFirst();
    }

    private DeadLetter get(DeadLetter letter) {
        return now(node.events().deadLetter(ScriptedHandler.TOPIC, letter.id()));
    }

    private DeadLetter replay(DeadLetter letter, @Nullable Payload data) {
        return now(node.events().replay(ScriptedHandler.TOPIC, letter.id(), data));
    }

    private void awaitState(DeadLetter letter, DeadLetter.State state) {
        Await.until("it is " + state, () -> get(letter).state() == state);
    }

    private ReplayRun awaitEnd(ReplayRun run) {
        Await.until("the replay ends", () -> now(node.events().replayRun(run.id())).endedAt() != null);
        return now(node.events().replayRun(run.id()));
    }

    @Test
    void replay_onceTheReasonIsGone_hasTheEffectOnceHoweverOftenItIsAskedFor() {
        DeadLetter letter = killOne();
        node.handler().failWith(_ -> null);

        replay(letter, null);
        awaitState(letter, DeadLetter.State.REPLAYED);
        assertThat(node.effect("a")).isEqualTo(1);
        assertThat(node.dead()).isEmpty();
        assertThat(node.deadCount()).isZero();

        assertThat(replay(letter, null).state()).isEqualTo(DeadLetter.State.REPLAYED);
        assertThat(replay(letter, json("[1]")).edits()).as("what is over is not edited").isZero();
        assertThat(node.effect("a")).isEqualTo(1);
        assertThat(get(letter).replayedAt()).isEqualTo(nodes.clock.instant());
    }

    @Test
    void replay_ofManyAtOnce_hasTheEffectOnce() {
        DeadLetter letter = killOne();
        node.handler().failWith(_ -> null);
        var asked = new ArrayList<CompletableFuture<DeadLetter>>();
        for (int i = 0; i < 50; i++) {
            asked.add(node.events().replay(ScriptedHandler.TOPIC, letter.id(), json("[" + i % 3 + "]"))
                    .toCompletableFuture());
        }
        asked.forEach(CompletableFuture::join);
        awaitState(letter, DeadLetter.State.REPLAYED);
        node.append(TestEvents.of("next", "a"));
        node.settle();
        assertThat(node.effect("a")).isEqualTo(2);
        assertThat(node.deadCount()).isZero();
    }

    @Test
    void replay_withOtherData_handlesAnEventOfItsOwnAndKeepsTheOriginal() {
        DeadLetter letter = killOne();
        assertThat(replay(letter, json("[1]")).edits()).isEqualTo(1);
        assertThat(replay(letter, json("[1]")).edits()).as("the same again").isEqualTo(1);
        Await.until("both have failed", () -> get(letter).replays() == 2);
        node.handler().failWith(delivery -> delivery.event().id().equals("bad~2") ? null : ScriptedHandler.poison());

        replay(letter, json("[2]"));
        awaitState(letter, DeadLetter.State.REPLAYED);
        assertThat(node.handler().handled.getLast().event())
                .isEqualTo(new Event("bad~2", "/test", "test.event", "a", new TreeMap<>(), json("[2]")));
        assertThat(get(letter).event()).isEqualTo(TestEvents.of("bad", "a"));
        assertThat(get(letter).edited()).isEqualTo(json("[2]"));
    }

    @Test
    void replay_thatFailsFiveTimes_parksTheLetterAndNamingItReplaysItStill() {
        DeadLetter letter = killOne();
        node.handler().failWith(_ -> ScriptedHandler.poison());
        for (int i = 1; i <= 5; i++) {
            int failures = i;
            assertThat(get(letter).state()).isEqualTo(DeadLetter.State.DEAD);
            replay(letter, null);
            Await.until("it has failed " + i + " times", () -> get(letter).replays() == failures);
        }
        assertThat(get(letter).state()).isEqualTo(DeadLetter.State.PARKED);
        assertThat(get(letter).error()).isEqualTo("not-found");
        assertThat(get(letter).attempts()).as("each replay is tried again, too").isEqualTo(1 + 5 * 3);
        assertThat(now(node.events().countReplayable(ScriptedHandler.TOPIC, ALL))).isZero();
        assertThat(node.dead()).hasSize(1);

        node.handler().failWith(_ -> null);
        replay(letter, null);
        awaitState(letter, DeadLetter.State.REPLAYED);
    }

    @Test
    void replay_ofAKeyWithEventsOnTheirWay_takesItsTurn() {
        DeadLetter letter = killOne();
        var gate = new CompletableFuture<Void>();
        node.handler().failWith(delivery -> {
            if (delivery.event().id().equals("slow")) {
                gate.join();
            }
            return null;
        });
        node.append(TestEvents.of("slow", "a"));
        Await.until("it has begun", () -> node.handler().tries.containsKey("slow"));
        replay(letter, null);
        assertThat(get(letter).state()).isEqualTo(DeadLetter.State.DEAD);
        gate.complete(null);
        awaitState(letter, DeadLetter.State.REPLAYED);
        assertThat(node.handler().handled.stream().map(delivery -> delivery.event().id())).containsExactly("slow",
                "bad");
    }

    private Event[] mixed(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Event("e" + i, "/test", i % 2 == 0 ? "even" : "odd", "k" + i,
                new TreeMap<>(), null)).toArray(Event[]::new);
    }

    @Test
    void deadLetters_byFilterAndPage_areTheOldestFirst() {
        kill(mixed(30));
        var pages = new ArrayList<DeadLetter>();
        String cursor = "";
        while (cursor != null) {
            DeadLetterPage page = now(node.events().deadLetters(ScriptedHandler.TOPIC,
                    new DeadLetterFilter("invalid-input", "odd", null, null), cursor, 4));
            assertThat(page.deadLetters()).hasSizeLessThanOrEqualTo(4);
            pages.addAll(page.deadLetters());
            cursor = page.cursor();
        }
        assertThat(pages).hasSize(15).allMatch(letter -> letter.event().type().equals("odd"));
        assertThat(pages).extracting(DeadLetter::id).isSorted().doesNotHaveDuplicates();
        Instant at = nodes.clock.instant();
        for (DeadLetterFilter none : List.of(new DeadLetterFilter("other", null, null, null),
                new DeadLetterFilter(null, null, at, null), new DeadLetterFilter(null, null, null, at))) {
            assertThat(now(node.events().deadLetters(ScriptedHandler.TOPIC, none, "", 10)).deadLetters()).isEmpty();
        }
        assertThat(now(node.events().deadLetterCounts())).containsEntry(ScriptedHandler.TOPIC, 30L);
    }

    @Test
    void replayAll_byFilter_replaysThoseAndTellsHowFarItIs() {
        kill(mixed(150));
        node.handler().failWith(delivery -> delivery.event().id().equals("e9") ? ScriptedHandler.poison() : null);
        var odd = new DeadLetterFilter(null, "odd", null, null);
        assertThat(now(node.events().countReplayable(ScriptedHandler.TOPIC, odd))).isEqualTo(75);

        ReplayRun ended = awaitEnd(now(node.events().replayAll(ScriptedHandler.TOPIC, odd, 10_000)));

        assertThat(ended.matched()).isEqualTo(75);
        assertThat(ended.succeeded()).isEqualTo(74);
        assertThat(ended.failed()).isEqualTo(1);
        assertThat(ended.skipped()).isZero();
        assertThat(node.deadCount()).isEqualTo(76);
        ReplayRun again = awaitEnd(now(node.events().replayAll(ScriptedHandler.TOPIC, odd, 10_000)));
        assertThat(again.matched()).isEqualTo(1);
        assertThat(IntStream.range(0, 150).mapToLong(i -> node.effect("k" + i)).sum()).isEqualTo(74);
    }

    @Test
    void replayAll_whatDiesMeanwhile_isLeft() {
        kill(mixed(3));
        ReplayRun ended = awaitEnd(now(node.events().replayAll(ScriptedHandler.TOPIC, ALL, 100)));
        assertThat(ended.failed()).isEqualTo(3);
        assertThat(awaitEnd(now(node.events().replayAll(ScriptedHandler.TOPIC,
                new DeadLetterFilter("none", null, null, null), 1))).matched()).isZero();
    }

    @Test
    void replayAll_cutOff_isGoneOnWithByTheNextProcess() {
        kill(mixed(20));
        node.handler().failWith(_ -> null);
        ReplayRun run = now(node.events().replayAll(ScriptedHandler.TOPIC, ALL, 2));
        node.close();

        EventNodes.Node next = nodes.open();
        long left = next.deadCount();
        Await.until("it goes on", () -> next.deadCount() < left);
        assertThat(now(next.events().replayRun(run.id())).matched()).isEqualTo(20);
    }

    @Test
    void purge_ofOneAndOfThoseBefore_forgetsThem() {
        List<DeadLetter> old = kill(mixed(5));
        nodes.clock.advance(Duration.ofMinutes(1));
        Instant between = nodes.clock.instant();
        nodes.clock.advance(Duration.ofMinutes(1));
        kill(TestEvents.of("new", "a"));

        assertThat(now(node.events().purge(ScriptedHandler.TOPIC, old.getFirst().id()))).isPresent();
        assertThat(now(node.events().purge(ScriptedHandler.TOPIC, old.getFirst().id()))).isEmpty();
        assertThat(problem(node.events().deadLetter(ScriptedHandler.TOPIC, old.getFirst().id())))
                .isEqualTo(EventProblem.UNKNOWN_DEAD_LETTER);
        assertThat(now(node.events().purgeAll(ScriptedHandler.TOPIC, between))).isEqualTo(4);
        assertThat(node.dead()).extracting(letter -> letter.event().id()).containsExactly("new");
        assertThat(node.deadCount()).isEqualTo(1);
    }

    @Test
    void requests_thatAreWrong_areRefused() {
        assertThat(problem(node.events().deadLetter("other", "x"))).isEqualTo(EventProblem.UNKNOWN_TOPIC);
        assertThat(problem(node.events().replay(ScriptedHandler.TOPIC, "x", null)))
                .isEqualTo(EventProblem.UNKNOWN_DEAD_LETTER);
        assertThat(problem(node.events().replay(ScriptedHandler.TOPIC, "x", json("1"))))
                .isEqualTo(EventProblem.UNKNOWN_DEAD_LETTER);
        assertThat(problem(node.events().replayRun("x"))).isEqualTo(EventProblem.UNKNOWN_REPLAY);
        assertThat(failure(node.events().replayAll(ScriptedHandler.TOPIC, ALL, 0)))
                .isInstanceOf(InvalidInputException.class);
        assertThat(failure(node.events().deadLetters(ScriptedHandler.TOPIC, ALL, "", 1001)))
                .isInstanceOf(InvalidInputException.class);
        assertThat(failure(node.events().replay(ScriptedHandler.TOPIC, "x",
                Payload.ofBytes(new byte[Payload.BYTES_MAX + 1])))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void retention_ofWhatIsReplayed_forgetsItAfterItsTime() {
        DeadLetter letter = killOne();
        node.handler().failWith(_ -> null);
        ReplayRun run = awaitEnd(now(node.events().replayAll(ScriptedHandler.TOPIC, ALL, 100)));
        nodes.clock.advance(Duration.ofDays(6));
        node.service().retention().forgetReplayed();
        assertThat(get(letter).state()).isEqualTo(DeadLetter.State.REPLAYED);
        nodes.clock.advance(Duration.ofDays(2));
        node.service().retention().forgetReplayed();
        assertThat(problem(node.events().deadLetter(ScriptedHandler.TOPIC, letter.id())))
                .isEqualTo(EventProblem.UNKNOWN_DEAD_LETTER);
        assertThat(problem(node.events().replayRun(run.id()))).isEqualTo(EventProblem.UNKNOWN_REPLAY);
    }

    @Test
    void deadLetter_ofAnEventThatDiesAgain_isOne() {
        var letters = new DeadLetters(node.ledger());
        var delivery = new Delivery(ScriptedHandler.TOPIC, 1, 2, nodes.clock.instant(), TestEvents.of("x", "k"));
        var letter = new DeadLetter(DeadLetter.id(delivery, "g"), ScriptedHandler.TOPIC, "g", 1, 2, delivery.event(),
                DeadLetter.State.DEAD, "e", "m", 1, nodes.clock.instant(), nodes.clock.instant(), 0, 0, null, null);
        now(letters.add(letter));
        now(letters.add(letter));
        assertThat(node.deadCount()).isEqualTo(1);
        assertThat(now(letters.find(ScriptedHandler.TOPIC, letter.id()))).contains(letter);
        assertThat(letter.delivery()).isEqualTo(delivery);
        assertThat(now(letters.update(ScriptedHandler.TOPIC, "none", Optional::of))).isEmpty();
    }
}
