package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.ProblemKind;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.LedgerSettings;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.SettableClock;
import io.tallygate.ledger.StoredLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Processes with events on one store. Their clock is one that a test moves; real time passes, too. */
final class EventNodes implements AutoCloseable {

    static final int PARTITIONS = 4;

    private static final CommitSettings COMMIT = CommitSettings.DEFAULT;
    private static final LedgerSettings LEDGER = new LedgerSettings(List.of(), Duration.ofMillis(50));

    /** So that retries take no time that a test would have to wait for. */
    static final ConsumerSettings QUICK = new ConsumerSettings(16, 2, Duration.ofMillis(1), Duration.ofMillis(5), true,
            50,
            1_000, 5);

    final SettableClock clock = new SettableClock();
    final OracleStore.Data data = new OracleStore.Data();
    private final Random random = new Random(1);
    private final long began = clock.nanos();
    private final List<Node> opened = new ArrayList<>();

    /** One process. */
    record Node(StoredLedger ledger, ScriptedHandler handler, EventService service, Events events)
            implements
                AutoCloseable {

        @Override
        public void close() {
            service.close();
            ledger.close();
        }

        /** Ends with what is under way left as it is, as when the process dies. */
        void kill() {
            ledger.close();
            service.close();
        }

        void append(Event... events) {
            now(this.events.append(ScriptedHandler.TOPIC, List.of(events)));
        }

        boolean isStopped() {
            return events.consumers().getFirst().stopped();
        }

        long effect(String key) {
            return now(ledger.read(ScriptedHandler.effect(ScriptedHandler.GROUP, key), Consistency.STRONG)).value();
        }

        long lag() {
            return now(events.lag(ScriptedHandler.TOPIC)).stream().mapToLong(GroupLag::lag).sum();
        }

        /** Returns when everything that was appended is done, and its position stored. */
        void settle() {
            Await.until("everything is done", () -> lag() == 0);
        }

        List<DeadLetter> dead() {
            return now(
                    events.deadLetters(ScriptedHandler.TOPIC, new DeadLetterFilter(null, null, null, null), "", 1000))
                    .deadLetters();
        }

        long deadCount() {
            return now(events.deadLetterCounts()).getOrDefault(ScriptedHandler.TOPIC, -1L);
        }
    }

    Node open() {
        return open(new OracleStore(data), QUICK);
    }

    Node open(LedgerStore store, ConsumerSettings consuming) {
        return open(store, consuming, settings(Duration.ofDays(7), 1L << 30), ScriptedHandler::new);
    }

    static EventSettings settings(Duration retention, long retentionBytes) {
        return new EventSettings(PARTITIONS, retention, retentionBytes, Duration.ofMillis(20), false,
                Duration.ofSeconds(5));
    }

    Node open(LedgerStore store, ConsumerSettings consuming, EventSettings settings,
            Function<StoredLedger, ScriptedHandler> handlers) {
        var ledger = new StoredLedger(store, ScriptedHandler.EFFECTS, List.of(), COMMIT, LEDGER, CommitMetrics.NONE,
                clock,
                this::nanos);
        ScriptedHandler handler = handlers.apply(ledger);
        var service = new EventService(ledger, List.of(handler), settings, _ -> consuming, COMMIT.timeout(), clock,
                this::nanos, random);
        var node = new Node(ledger, handler, service, service.events());
        opened.add(node);
        service.start();
        return node;
    }

    /** Real time passes, and what the test adds to it. */
    long nanos() {
        return System.nanoTime() + (clock.nanos() - began);
    }

    static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    static Throwable failure(CompletionStage<?> stage) {
        Throwable failure = stage.toCompletableFuture().handle((_, thrown) -> thrown).join();
        assertThat(failure).isNotNull();
        return StageFailures.cause(failure);
    }

    static ProblemKind problem(CompletionStage<?> stage) {
        Throwable failure = failure(stage);
        assertThat(failure).isInstanceOf(DomainProblemException.class);
        return ((DomainProblemException) failure).kind();
    }

    @Override
    public void close() {
        opened.forEach(Node::close);
    }
}
