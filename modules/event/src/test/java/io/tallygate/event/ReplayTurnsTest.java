package io.tallygate.event;

import static io.tallygate.event.EventNodes.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.StoredLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In whose turn replays are, where partitions move between processes. */
@Timeout(60)
final class ReplayTurnsTest {

    private static final int PARTITION = 3;
    /** Longer than between any two looks. */
    private static final Duration LONG = Duration.ofSeconds(2);

    private final EventNodes nodes = new EventNodes();
    private final StoredLedger ledger = nodes.open().ledger();
    private final ScriptedHandler handler = new ScriptedHandler(ledger);
    private final DeadLetters deadLetters = new DeadLetters(ledger);
    private final ReplayRequests requests = new ReplayRequests(ledger, ScriptedHandler.TOPIC, ScriptedHandler.GROUP,
            "self");
    private final Peer asked = new Peer();
    private final Peer next = new Peer();
    private DeadLetter letter;

    /** One process's consumer, on the thread of the test. */
    private final class Peer implements ReplayTurns.Host {
        final ReplayTurns turns = new ReplayTurns(handler, deadLetters, requests, 5, nodes.clock, nodes::nanos, this);
        final LinkedBlockingQueue<Runnable> messages = new LinkedBlockingQueue<>();
        final List<Task> tasks = new ArrayList<>();
        boolean reads;

        @Override
        public void tell(Runnable message) {
            messages.add(message);
        }

        @Override
        public void add(Task task) {
            tasks.add(task);
        }

        @Override
        public void abandoned(Task task) {
            assertThat(tasks.remove(task)).isTrue();
        }

        @Override
        public boolean reads(int partition) {
            return reads && partition == PARTITION;
        }

        @Override
        public int partition(DeadLetter dead) {
            return PARTITION;
        }

        void hear() {
            for (Runnable message = messages.poll(); message != null; message = messages.poll()) {
                message.run();
            }
        }

        void look() {
            nodes.clock.advance(LONG);
            hear();
            turns.look();
        }

        /** Does what there is to do. */
        void work() {
            for (Task task : List.copyOf(tasks)) {
                task.running = true;
                var done = task.work.get().handle((_, thrown) -> thrown).toCompletableFuture().join();
                if (done != null) {
                    task.failures++;
                    now(task.burial.bury(task, StageFailures.cause(done)));
                }
                tasks.remove(task);
                task.whenDone.run();
            }
        }

        ReplayTurns.Replay ask() {
            ReplayTurns.Replay replay = turns.ask(letter);
            Await.until("it is taken", () -> {
                hear();
                return replay.taken().isDone();
            });
            now(replay.taken());
            return replay;
        }

        ReplayTurns.Replayed end(ReplayTurns.Replay replay) {
            Await.until("it is known what became of it", () -> {
                look();
                return replay.ended().isDone();
            });
            return now(replay.ended());
        }
    }

    @BeforeEach
    void die() {
        var delivery = new Delivery(ScriptedHandler.TOPIC, PARTITION, 2, nodes.clock.instant(),
                TestEvents.of("x", "k"));
        letter = new DeadLetter(DeadLetter.id(delivery, ScriptedHandler.GROUP), ScriptedHandler.TOPIC,
                ScriptedHandler.GROUP, PARTITION, 2, delivery.event(), DeadLetter.State.DEAD, "e", "m", 1,
                nodes.clock.instant(), nodes.clock.instant(), 0, 0, null, null);
        now(deadLetters.add(letter));
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void replay_whereThePartitionIsRead_isHandledThereAndAsksNobody() {
        asked.reads = true;
        ReplayTurns.Replay replay = asked.ask();
        assertThat(requests.list()).isEmpty();
        asked.work();
        assertThat(now(replay.ended())).isEqualTo(ReplayTurns.Replayed.SUCCEEDED);
    }

    @Test
    void replay_whereAnotherProcessReads_isItsAndIsToldByItsDeadLetter() {
        next.reads = true;
        ReplayTurns.Replay replay = asked.ask();
        asked.look();
        assertThat(asked.tasks).isEmpty();
        assertThat(replay.ended()).isNotDone();

        handler.failWith(_ -> ScriptedHandler.poison());
        next.look();
        next.look();
        assertThat(next.tasks).as("taken once").singleElement().satisfies(task -> assertThat(task.key).isEqualTo("k"));
        next.work();
        assertThat(asked.end(replay)).isEqualTo(ReplayTurns.Replayed.FAILED);

        // It has not seen that the first request is gone.
        handler.failWith(_ -> null);
        ReplayTurns.Replay second = asked.ask();
        next.look();
        next.work();
        assertThat(asked.end(second)).isEqualTo(ReplayTurns.Replayed.SUCCEEDED);
        next.look();
        assertThat(next.tasks).isEmpty();
        assertThat(requests.list()).isEmpty();
    }

    @Test
    void replay_thatHasNotBegunWhenItsPartitionMoves_goesWithIt() {
        asked.reads = true;
        ReplayTurns.Replay replay = asked.ask();
        Task waiting = asked.tasks.getFirst();
        move(asked, next);
        assertThat(waiting.abandoned).isTrue();
        Await.until("it is asked of whoever reads now", () -> !requests.list().isEmpty());

        // And once more, to a process that was not asked itself either.
        next.look();
        assertThat(next.tasks).hasSize(1);
        var last = new Peer();
        move(next, last);
        assertThat(next.tasks).isEmpty();
        last.look();
        last.work();
        assertThat(asked.end(replay)).isEqualTo(ReplayTurns.Replayed.SUCCEEDED);
        assertThat(handler.tries).containsEntry("x", 1);
    }

    private void move(Peer from, Peer to) {
        from.reads = false;
        from.turns.left(PARTITION);
        to.reads = true;
    }

    @Test
    void replay_thatHasBegunWhenItsPartitionMoves_endsWhereItIs() {
        asked.reads = true;
        ReplayTurns.Replay replay = asked.ask();
        asked.tasks.getFirst().running = true;
        move(asked, next);
        asked.work();
        assertThat(now(replay.ended())).isEqualTo(ReplayTurns.Replayed.SUCCEEDED);
        assertThat(requests.list()).isEmpty();
    }

    @Test
    void replay_ofAProcessThatStops_isRefusedAndNotLeftWithoutAnAnswer() {
        ReplayTurns.Replay before = asked.turns.ask(letter);
        asked.turns.close();
        ReplayTurns.Replay after = asked.turns.ask(letter);
        for (ReplayTurns.Replay refused : List.of(before, after)) {
            assertThat(EventNodes.failure(refused.taken())).isInstanceOf(ShuttingDownException.class);
            assertThat(EventNodes.failure(refused.ended())).isInstanceOf(UnavailableException.class);
        }
    }
}
