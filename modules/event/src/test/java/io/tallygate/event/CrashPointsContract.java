package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.StoredLedger;
import io.tallygate.ledger.TestSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Processes that consume one topic, one after the other, each killed at a point of a seeded schedule: when all is done each event
 * has had its effect once, or has one dead letter, and none is gone. The schedule has every point that the log has, each about as
 * often; {@code tallygate.test.crash-points} says how many there are altogether.
 */
@Timeout(3_600)
public abstract class CrashPointsContract {

    protected static final String TOPIC = ScriptedHandler.TOPIC;
    protected static final int PARTITIONS = 4;

    protected static final String GROUP = ScriptedHandler.GROUP;
    private static final int KEYS = 7;
    private static final int EVENTS_AT_ONCE = 12;
    /** Of so many events one cannot be handled. */
    private static final int POISON_EVERY = 6;
    private static final int PASSES_MAX = 3;
    private static final int CRASHES_A_LOOK = 20;
    private static final int LETTERS_AT_ONCE = 100;
    /** How much faster time passes for those who consume, so that positions are stored while events are under way. */
    private static final int HASTE = 20;

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final CommitSettings COMMIT = patient(CommitSettings.DEFAULT);
    private static final ConsumerSettings CONSUMING = new ConsumerSettings(8, 1, Duration.ofMillis(1),
            Duration.ofMillis(2), true, 100, 100, 5);
    private static final EventSettings SETTINGS = new EventSettings(PARTITIONS, Duration.ofDays(7), 1L << 40,
            Duration.ofMillis(20), false, Duration.ofSeconds(30));

    private final long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Long> effects = new TreeMap<>();
    private final Set<String> poison = new ConcurrentSkipListSet<>();
    private final List<Node> nodes = new ArrayList<>();
    private int appended;
    private int tries;

    /** How many crashes there are when nobody says how many. */
    protected abstract int crashes();

    /** The store, as one more process has it. */
    protected abstract LedgerStore store();

    /** The points at which those who consume this log can die. */
    protected Set<CrashPoint> points() {
        return EnumSet.complementOf(EnumSet.of(CrashPoint.BEFORE_COMMIT, CrashPoint.AFTER_COMMIT));
    }

    /**
     * The log of one process.
     *
     * @param lifetime how long the process lives
     */
    protected EventLog log(Ledger ledger, Lifetime lifetime) {
        return new LedgerLog(ledger, new Partitions(ledger, PARTITIONS), null, SETTINGS.pollInterval(),
                InstantSource.system(), CrashPointsContract::hastily);
    }

    /** Told of a process's log when the process is gone. */
    protected void ended(EventLog log) {}

    /** Closes what the processes stood on, when all are gone. */
    protected void closeStores() throws Exception {}

    /** Looks at what else should be there when the events of these ids have died, and nothing is under way. */
    protected void checkDead(Set<String> ids) {}

    /** Nothing fails because the machine is busy. */
    private static CommitSettings patient(CommitSettings usual) {
        return new CommitSettings(usual.queueMax(), usual.batchMax(), LIMIT, usual.linger(), usual.lingerOperations());
    }

    private static long hastily() {
        return System.nanoTime() * HASTE;
    }

    /** One process, which consumes if it has a service. */
    private record Node(StoredLedger ledger, EventLog log, @Nullable EventService service,
            @Nullable ScriptedHandler handler) {

        void end() {
            // The ledger first, so that nothing of what is under way is finished.
            ledger.close();
            if (service == null) {
                log.close();
            } else {
                service.close();
            }
        }
    }

    private Node open(Lifetime lifetime, boolean consumes) {
        var ledger = new StoredLedger(new MortalStore(store(), lifetime), ScriptedHandler.EFFECTS, List.of(), COMMIT,
                TestSettings.LEDGER, CommitMetrics.NONE, InstantSource.system(), System::nanoTime);
        EventLog log = log(ledger, lifetime);
        Node node = consumes
                ? consuming(ledger, log, lifetime)
                : new Node(ledger, log, null, null);
        nodes.add(node);
        return node;
    }

    private Node consuming(StoredLedger ledger, EventLog log, Lifetime lifetime) {
        var handler = new ScriptedHandler(ledger);
        handler.failWith(delivery -> poison.contains(delivery.event().id()) ? ScriptedHandler.poison() : null);
        var service = new EventService(ledger, new MortalLog(log, lifetime), List.of(handler), SETTINGS,
                _ -> CONSUMING, COMMIT.timeout(), InstantSource.system(), CrashPointsContract::hastily,
                new Random(random.nextLong()));
        service.start();
        return new Node(ledger, log, service, handler);
    }

    private void end(Node node) {
        nodes.remove(node);
        node.end();
        ended(node.log);
        if (node.handler != null) {
            tries += node.handler.tries.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    @AfterEach
    final void endAll() throws Exception {
        List.copyOf(nodes).forEach(this::end);
        closeStores();
    }

    @Test
    void crashes_atEveryPoint_leaveEachEventWithItsEffectOnce() {
        List<CrashPoint> schedule = schedule();
        System.out
                .println(getClass().getSimpleName() + ": " + schedule.size() + " crashes, tallygate.test.seed=" + seed);
        var died = new EnumMap<CrashPoint, Integer>(CrashPoint.class);
        try {
            Node witness = open(Lifetime.unbounded(), false);
            for (int crash = 1; crash <= schedule.size(); crash++) {
                live(witness, schedule.get(crash - 1));
                died.merge(schedule.get(crash - 1), 1, Integer::sum);
                if (crash % CRASHES_A_LOOK == 0 || crash == schedule.size()) {
                    look(witness);
                }
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("after " + died + " of seed " + seed, e);
        }
        System.out.println(getClass().getSimpleName() + ": " + died + ", " + appended + " events, " + tries + " tries");
        assertThat(died).containsOnlyKeys(points());
        assertThat(died.values()).allMatch(count -> count >= schedule.size() / points().size());
        assertThat(tries).as("events were handled again").isGreaterThan(appended);
    }

    private List<CrashPoint> schedule() {
        int crashes = Integer.getInteger("tallygate.test.crash-points", crashes());
        List<CrashPoint> points = List.copyOf(points());
        var schedule = new ArrayList<CrashPoint>();
        for (int i = 0; i < crashes; i++) {
            schedule.add(points.get(i % points.size()));
        }
        Collections.shuffle(schedule, random);
        return schedule;
    }

    /** One process, from its start to its death. */
    private void live(Node witness, CrashPoint point) {
        append(witness);
        var lifetime = Lifetime.until(point, random.nextInt(PASSES_MAX));
        Node node = open(lifetime, true);
        Await.until("it dies at " + point, LIMIT, () -> {
            if (!lifetime.isOver() && lag(witness) == 0) {
                append(witness);
            }
            return lifetime.isOver();
        });
        end(node);
    }

    private void append(Node witness) {
        var events = new ArrayList<Event>();
        for (int i = 0; i < EVENTS_AT_ONCE; i++) {
            String id = "e" + appended++;
            String key = "k" + random.nextInt(KEYS);
            if (appended % POISON_EVERY == 0) {
                poison.add(id);
            } else {
                effects.merge(key, 1L, Long::sum);
            }
            events.add(TestEvents.of(id, key));
        }
        now(witness.log.append(TOPIC, events));
    }

    private static long lag(Node node) {
        return now(node.log.lag(TOPIC, GROUP)).stream().mapToLong(PartitionLag::lag).sum();
    }

    /** A process that does not die does what is left; then everything is as if none had. */
    private void look(Node witness) {
        Node node = open(Lifetime.unbounded(), true);
        Await.until("everything is done", LIMIT, () -> lag(witness) == 0);
        end(node);
        var found = new TreeMap<String, Long>();
        effects.keySet().forEach(key -> found.put(key, now(
                witness.ledger.read(ScriptedHandler.effect(GROUP, key), Consistency.STRONG)).value()));
        assertThat(found).isEqualTo(effects);
        var deadLetters = new DeadLetters(witness.ledger);
        assertThat(dead(deadLetters)).containsExactlyInAnyOrderElementsOf(poison);
        assertThat(now(deadLetters.counts(List.of(TOPIC)))).containsExactly((long) poison.size());
        checkDead(poison);
    }

    /** The events that have died, each as often as it has a dead letter. */
    private static List<String> dead(DeadLetters deadLetters) {
        var ids = new ArrayList<String>();
        String after = "";
        while (after != null) {
            DeadLetters.Stretch stretch = now(deadLetters.list(TOPIC, after, LETTERS_AT_ONCE));
            stretch.letters().forEach(letter -> ids.add(letter.event().id()));
            after = stretch.after();
        }
        return ids;
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
