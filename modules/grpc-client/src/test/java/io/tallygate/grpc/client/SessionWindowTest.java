package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.counter.v1.FrameAck;
import io.tallygate.grpc.client.SessionWindow.Acknowledged;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a session has taken and not seen acknowledged, step by step. */
final class SessionWindowTest {

    private static final int PENDING_MAX = 10_000;

    private final SessionWindow window = new SessionWindow(PENDING_MAX);

    private static PendingBatch batch(int size) {
        return PendingBatch.of(Collections.nCopies(size, Increment.of(CounterKey.of("a", "likes"), 1)));
    }

    private PendingBatch added(int size) {
        PendingBatch batch = batch(size);
        window.add(batch);
        return batch;
    }

    private static FrameAck ack(long sequence) {
        return FrameAck.newBuilder().setSequence(sequence).build();
    }

    private static FrameAck unknown(long sequence) {
        return FrameAck.newBuilder().setSequence(sequence).setOutcomesUnknown(true).build();
    }

    @Test
    void next_batchesThatWait_travelInOneFrameInTheirOrder() {
        PendingBatch first = added(2);
        PendingBatch second = added(3);

        PendingFrame frame = window.next();

        assertThat(frame.sequence()).isEqualTo(1);
        assertThat(frame.batches()).containsExactly(first, second);
        assertThat(window.hasNext()).isFalse();
        PendingBatch third = added(1);
        assertThat(window.next()).satisfies(next -> {
            assertThat(next.sequence()).isEqualTo(2);
            assertThat(next.batches()).containsExactly(third);
        });
        assertThat(window.sent()).isEqualTo(2);
    }

    @Test
    void next_moreThanOneFrameHolds_isLeftForTheNextOne() {
        added(IncrementSession.BATCH_MAX - 1);
        added(2);

        assertThat(window.next().batches()).hasSize(1);
        assertThat(window.hasNext()).isTrue();
        assertThat(window.next().batches()).hasSize(1);
    }

    @Test
    void hasRoomFor_untilItsBatchesWereTold_countsWhatIsStored() {
        PendingBatch one = batch(1);
        added(PENDING_MAX / 2);
        added(PENDING_MAX / 2);
        assertThat(window.hasRoomFor(one)).isFalse();
        var _ = window.next();
        var stored = (Acknowledged.Stored) window.acknowledge(ack(1));
        assertThat(window.hasRoomFor(one)).as("its stages are not completed yet").isFalse();

        window.told(stored.frame());

        assertThat(window.hasRoomFor(one)).isTrue();
        assertThat(window.isEmpty()).isFalse();
    }

    @Test
    void acknowledge_anotherFrameThanTheFirst_isOutOfOrder() {
        assertThat(window.acknowledge(ack(1))).isEqualTo(new Acknowledged.OutOfOrder());
        added(1);
        var _ = window.next();
        added(1);
        var _ = window.next();

        assertThat(window.acknowledge(ack(2))).isEqualTo(new Acknowledged.OutOfOrder());
        assertThat(window.acknowledge(ack(1))).isInstanceOf(Acknowledged.Stored.class);
        assertThat(window.acknowledge(ack(1))).isEqualTo(new Acknowledged.OutOfOrder());
    }

    @Test
    void disconnected_framesWithoutAcknowledgement_areSentAgainUnchanged() {
        added(1);
        PendingFrame first = window.next();
        added(1);
        PendingFrame second = window.next();
        var _ = window.acknowledge(ack(1));

        window.disconnected();

        assertThat(window.sent()).isZero();
        assertThat(window.acknowledge(ack(2))).as("of a frame that is not sent")
                .isEqualTo(new Acknowledged.OutOfOrder());
        added(1);
        assertThat(window.next()).isSameAs(second).isNotSameAs(first);
        assertThat(window.next().sequence()).isEqualTo(3);
    }

    @Test
    void acknowledge_outcomesUnknown_isOfAnotherClientUnlessItWasSentBefore() {
        added(1);
        var _ = window.next();
        window.disconnected();
        var _ = window.next();
        added(1);
        var _ = window.next();

        assertThat(window.acknowledge(unknown(1))).as("it was sent before").isInstanceOf(Acknowledged.Stored.class);
        assertThat(window.acknowledge(unknown(2))).isEqualTo(new Acknowledged.OfAnotherClient());
    }

    @Test
    void renamed_framesWereNeverSentUnderTheNewName() {
        added(1);
        var _ = window.next();
        window.disconnected();
        window.renamed();
        PendingFrame again = window.next();

        assertThat(again.sequence()).as("no number is taken there, and this one stays").isEqualTo(1);
        assertThat(window.acknowledge(unknown(1))).isEqualTo(new Acknowledged.OfAnotherClient());
    }

    @Test
    void abandon_always_givesUpEverythingInTheOrderInWhichItCame() {
        PendingBatch first = added(1);
        var _ = window.next();
        PendingBatch second = added(2);
        var _ = window.next();
        PendingBatch third = added(3);

        assertThat(window.abandon()).containsExactly(first, second, third);
        assertThat(window.isEmpty()).isTrue();
        assertThat(window.hasNext()).isFalse();
        assertThat(window.abandon()).isEmpty();
    }

    /** The server is a queue that stores what it is sent, and forgets what it was to answer when the connection is lost. */
    @Test
    void window_ofRandomSteps_hasEachBatchStoredInOrderAndKeepsNone() {
        long seed = Long.getLong("tallygate.seed", System.nanoTime());
        System.out.println("SessionWindowTest: seed " + seed);
        var random = new Random(seed);
        List<PendingBatch> taken = new ArrayList<>();
        List<PendingBatch> acknowledged = new ArrayList<>();
        List<Long> stored = new ArrayList<>();
        var answers = new ArrayDeque<Long>();
        for (int step = 0; step < 20_000 || !window.isEmpty(); step++) {
            switch (random.nextInt(step < 20_000 ? 6 : 5)) {
                case 0 -> {
                    PendingBatch batch = batch(1 + random.nextInt(50));
                    if (step < 20_000 && window.hasRoomFor(batch)) {
                        window.add(batch);
                        taken.add(batch);
                    }
                }
                case 1, 2 -> {
                    if (window.hasNext() && window.sent() < 4) {
                        long sequence = window.next().sequence();
                        if (stored.isEmpty() || sequence > stored.getLast()) {
                            stored.add(sequence);
                        }
                        answers.add(sequence);
                    }
                }
                case 3, 4 -> {
                    if (!answers.isEmpty()) {
                        assertThat(window.acknowledge(ack(answers.remove()))).as("seed %d, step %d", seed, step)
                                .isInstanceOfSatisfying(Acknowledged.Stored.class, first -> {
                                    acknowledged.addAll(first.frame().batches());
                                    window.told(first.frame());
                                });
                    }
                }
                default -> {
                    answers.clear();
                    window.disconnected();
                }
            }
        }
        assertThat(acknowledged).as("seed %d", seed).isEqualTo(taken);
        for (int i = 0; i < stored.size(); i++) {
            assertThat(stored.get(i)).as("seed %d", seed).isEqualTo(i + 1);
        }
        assertThat(window.hasNext()).isFalse();
    }
}
