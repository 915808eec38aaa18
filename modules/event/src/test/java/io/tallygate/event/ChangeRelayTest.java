package io.tallygate.event;

import static io.tallygate.event.EventNodes.now;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Fact;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerSettings;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Outbox;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.SettableClock;
import io.tallygate.ledger.StoredLedger;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is recorded becomes events: all of it, in order, and again with the same ids after a crash. */
@Timeout(600)
final class ChangeRelayTest {

    private static final int HISTORIES = Integer.getInteger("tallygate.test.histories", 60);
    private static final int TOPIC_PARTITIONS = 3;
    private static final RowKey A = TestRows.of("a", "likes");
    private static final RowKey B = TestRows.of("b", "likes");
    private static final Recording RECORDING = new Recording(Set.of(TestRows.COUNTERS), 1 << 20);
    private static final LedgerSettings LEDGER = new LedgerSettings(List.of(), Duration.ofMillis(50));
    /** Whose callers do not wait for long until they know that it is dead. */
    private static final CommitSettings MORTAL = new CommitSettings(1_000, 100, Duration.ofMillis(200), Duration.ZERO,
            1);
    /** Of a type {@code TYPE DELTA VALUE}, and beyond 10 once more, once. */
    private static final Publication PUBLICATION = new Publication() {
        @Override
        public Set<String> books() {
            return Set.of(TestRows.COUNTERS.name());
        }

        @Override
        public List<Notice> notices(Fact fact) {
            var told = new Notice(fact.kind() + " " + fact.delta() + " " + fact.value(), fact.id(),
                    Payload.ofJson("{}".getBytes(UTF_8)), null);
            return fact.value() <= 10
                    ? List.of(told)
                    : List.of(told, new Notice("beyond", fact.id(), Payload.ofJson("{}".getBytes(UTF_8)),
                            new Notice.Once(fact.id(), Instant.parse("2026-01-02T00:00:00Z"))));
        }
    };

    private final SettableClock clock = new SettableClock();
    private final OracleStore.Data data = new OracleStore.Data();
    private final Random random = new Random(7);
    private final List<Node> nodes = new ArrayList<>();

    /** One process. */
    private final class Node implements AutoCloseable {

        final StoredLedger ledger;
        final LedgerLog log;
        final ChangeCounts counts = new ChangeCounts();
        final ChangeRelay relay;
        final Map<String, Long> figures = new HashMap<>();

        Node(LedgerStore store, boolean shared) {
            this(store, shared, CommitSettings.DEFAULT);
        }

        Node(LedgerStore store, boolean shared, CommitSettings commit) {
            ledger = new StoredLedger(store, EventRows.LOG, List.of(), commit, LEDGER,
                    CommitMetrics.NONE, clock, System::nanoTime);
            log = new LedgerLog(ledger, new Partitions(ledger, TOPIC_PARTITIONS), null, Duration.ofMillis(5), clock,
                    System::nanoTime);
            relay = new ChangeRelay(ledger, store.partitions(), log, List.of(PUBLICATION),
                    shared ? ChangeRelay.members(ledger, random, System::nanoTime) : null, Duration.ofMillis(5),
                    Duration.ofSeconds(5), counts, clock, random);
            nodes.add(this);
        }

        void add(RowKey row, long delta) {
            post(new Change.Add(row, delta));
        }

        void post(Change... changes) {
            Stages.outcomes(now(ledger.post(new Posting(List.of(changes)))));
        }

        void relayAll() {
            boolean more = true;
            while (more) {
                more = relay.relay();
            }
        }

        /** By key, in the order of the log. */
        Map<String, List<Event>> events() {
            var events = new TreeMap<String, List<Event>>();
            try (EventLog.Subscription subscription = log.subscribe(ChangeRelay.TOPIC, "reader", () -> {})) {
                for (EventLog.Assigned assigned : subscription.assigned()) {
                    List<Delivery> deliveries;
                    do {
                        deliveries = subscription.poll(assigned.partition());
                        deliveries.forEach(delivery -> events
                                .computeIfAbsent(delivery.event().key(), _ -> new ArrayList<>())
                                .add(delivery.event()));
                    } while (!deliveries.isEmpty());
                }
            }
            return events;
        }

        List<String> types(String key) {
            return events().getOrDefault(key, List.of()).stream().map(Event::type).toList();
        }

        long figure(String name) {
            counts.bindTo(new MetricSource.Sink() {
                @Override
                public void count(String count, String description, Map<String, String> labels, LongSupplier value) {
                    figures.put(count, value.getAsLong());
                }

                @Override
                public void gauge(String gauge, String description, Map<String, String> labels, LongSupplier value) {
                    figures.put(gauge, value.getAsLong());
                }
            });
            return figures.getOrDefault(name, -1L);
        }

        @Override
        public void close() {
            relay.close();
            log.close();
            ledger.close();
        }
    }

    private Node open() {
        return new Node(new OracleStore(data, RECORDING), false);
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    @Test
    void changes_becomeEventsInTheirOrder() {
        Node node = open();
        node.add(A, 3);
        node.add(B, 1);
        node.add(A, -1);
        node.post(new Change.Delete(A));
        node.relayAll();
        assertThat(node.types("a")).containsExactly("ADDED 3 3", "ADDED -1 2", "DELETED -2 0");
        assertThat(node.types("b")).containsExactly("ADDED 1 1");
        Event first = node.events().getOrDefault("a", List.of()).getFirst();
        assertThat(first.id()).isEqualTo("0000-0000000000000000000");
        assertThat(first.source()).matches("urn:tallygate:store:[0-9a-f]{16}");
        assertThat(first.time()).contains(SettableClock.START);
        assertThat(now(node.ledger.list(Outbox.FACTS, Outbox.section(0), "", 1)).rows()).isEmpty();
        assertThat(node.figure("tallygate.changes.relayed")).isEqualTo(4);
        assertThat(node.figure("tallygate.changes.lost")).isZero();
    }

    @Test
    void source_isOfTheStoreForGood() {
        Node node = open();
        node.add(A, 1);
        node.relayAll();
        Node later = open();
        later.add(A, 1);
        later.relayAll();
        assertThat(later.events().getOrDefault("a", List.of())).hasSize(2).extracting(Event::source)
                .containsOnly(later.events().getOrDefault("a", List.of()).getFirst().source());
    }

    @Test
    void whatIsToldOnce_isNotToldAgainUntilItMayBeForgotten() {
        Node node = open();
        node.post(new Change.Add(A, 20), new Change.Delete(A), new Change.Add(A, 20));
        node.relayAll();
        node.add(A, -15);
        node.add(A, 15);
        node.add(B, 11);
        node.relayAll();
        assertThat(node.types("a")).containsOnlyOnce("beyond");
        assertThat(node.types("b")).containsExactly("ADDED 11 11", "beyond");
        assertThat(node.events().getOrDefault("b", List.of()).getLast().id())
                .isEqualTo(node.events().getOrDefault("b", List.of()).getFirst().id() + "~1");

        clock.advance(Duration.ofDays(40));
        node.relayAll();
        node.add(B, 1);
        node.relayAll();
        assertThat(node.types("b")).endsWith("ADDED 1 12", "beyond");
    }

    @Test
    void whatWasLeftOut_isAnEventOfItsOwn() {
        Node node = new Node(new OracleStore(data, new Recording(Set.of(TestRows.COUNTERS), 150)), false);
        for (int i = 0; i < 8; i++) {
            node.add(A, 1);
        }
        node.relayAll();
        node.add(A, 1);
        node.relayAll();
        List<String> told = node.types("a");
        long lost = node.figure("tallygate.changes.lost");
        assertThat(lost).isPositive();
        assertThat(told).hasSize((int) (9 - lost)).startsWith("ADDED 1 1").endsWith("ADDED 1 9");
        assertThat(node.types("gap-0000")).containsExactly(ChangeRelay.GAP);
        Payload gap = node.events().getOrDefault("gap-0000", List.of()).getFirst().data();
        assertThat(gap).isNotNull();
        assertThat(new String(gap.bytes(), UTF_8)).isEqualTo(
                "{\"partition\":0,\"from\":" + (8 - lost) + ",\"to\":8,\"missing\":" + lost + "}");
    }

    @Test
    void gapBetweenDocuments_isToldInItsPlace() {
        Node node = open();
        node.add(A, 1);
        node.add(A, 2);
        node.add(A, 3);
        node.post(new Change.Delete(Outbox.facts(0, 1)));
        node.relayAll();
        assertThat(node.types("a")).containsExactly("ADDED 1 1", "ADDED 3 6");
        assertThat(node.events().getOrDefault("gap-0000", List.of())).extracting(Event::id)
                .containsExactly("gap-0000-0000000000000000001-0000000000000000002");
        assertThat(node.figure("tallygate.changes.lost")).isEqualTo(1);
    }

    @Test
    void start_relaysUntilItIsClosed() {
        Node node = open();
        node.relay.start();
        node.add(A, 5);
        Await.until("it is told", () -> node.types("a").equals(List.of("ADDED 5 5")));
    }

    @Test
    void severalProcesses_shareAndTakeOver() {
        Node one = new Node(new OracleStore(data, RECORDING), true);
        Node other = new Node(new OracleStore(data, RECORDING), true);
        one.relay.start();
        other.relay.start();
        for (int i = 0; i < 50; i++) {
            (i % 2 == 0 ? one : other).add(A, 1);
        }
        Await.until("all is told", () -> ids(other).size() == 50);
        one.relay.close();
        other.add(A, 1);
        Await.until("the other one has taken over", () -> ids(other).size() == 51);
    }

    private static Map<String, Event> ids(Node node) {
        var byId = new LinkedHashMap<String, Event>();
        for (Event event : node.events().getOrDefault("a", List.of())) {
            Event before = byId.putIfAbsent(event.id(), event);
            assertThat(event).isEqualTo(before == null ? event : before);
        }
        byId.values().removeIf(event -> event.type().equals("beyond"));
        return byId;
    }

    /** A store that its process loses at some flush: applied or not, no answer comes back. */
    private static final class DyingStore extends DelegatingStore {

        private final AtomicInteger flushesLeft;
        private final boolean appliesTheLast;

        DyingStore(LedgerStore store, int flushes, boolean appliesTheLast) {
            super(store);
            this.flushesLeft = new AtomicInteger(flushes);
            this.appliesTheLast = appliesTheLast;
        }

        @Override
        public FlushResult apply(Flush flush) {
            int left = flushesLeft.getAndDecrement();
            if (left > 1 || (left == 1 && appliesTheLast)) {
                FlushResult result = super.apply(flush);
                if (left > 1) {
                    return result;
                }
            }
            throw new StoreUnavailableException("injected: the process is dead", new IOException());
        }
    }

    @Test
    void whateverDies_everyChangeIsToldAndRepeatsHaveItsId() {
        long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
        for (int history = 0; history < HISTORIES; history++) {
            try {
                run(new Random(seed + history), new OracleStore.Data());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("history " + history + " of seed " + seed, e);
            }
        }
    }

    private void run(Random choices, OracleStore.Data own) {
        for (int life = 0; life < 4; life++) {
            live(new Node(new DyingStore(new OracleStore(own, RECORDING), 1 + choices.nextInt(12),
                    choices.nextBoolean()), false, MORTAL), choices);
        }
        Node last = new Node(new OracleStore(own, RECORDING), false);
        last.relayAll();
        long sum = 0;
        long offset = 0;
        for (Event event : ids(last).values()) {
            assertThat(event.id()).isEqualTo("0000-" + Outbox.id(offset++));
            sum += Long.parseLong(event.type().split(" ", -1)[1]);
            assertThat(event.type()).endsWith(" " + sum);
        }
        assertThat(sum).isEqualTo(now(last.ledger.read(A, Consistency.STRONG)).value());
        assertThat(now(last.ledger.read(Outbox.end(0), Consistency.STRONG)).value()).isEqualTo(offset);
        last.close();
        nodes.clear();
    }

    private static void live(Node node, Random choices) {
        try {
            for (int i = 0; i < 20; i++) {
                if (choices.nextInt(3) == 0) {
                    node.relay.relay();
                } else {
                    node.ledger.accept(new Posting(List.of(new Change.Add(A, 1 + choices.nextInt(3)))));
                }
            }
        } catch (UnavailableException | CompletionException dead) {
            // As the process would.
        }
        node.close();
    }
}
