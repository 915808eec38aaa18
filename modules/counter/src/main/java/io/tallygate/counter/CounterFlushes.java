package io.tallygate.counter;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.FlushTarget;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The write path from a batch of operations to the store and back. Confined to the writer thread.
 *
 * <p>A batch is one flush, and rarely a second one for the folded changes that must be applied one by one. Both have
 * numbers of their own, so either can be repeated; what the first one answered is kept until the batch is done.
 */
final class CounterFlushes implements FlushTarget<Operation, WriteResult> {

    private static final Outcomes NONE = Outcomes.applied();

    private final FlushApplier store;
    private final String writer;
    private final InstantSource clock;
    private final CommitNews news;
    private final Lock turn;

    private long sequence;
    private @Nullable FlushPlan plan;
    private @Nullable FlushResult answered;

    /**
     * @param writer unique to this run of this process
     * @param turn   held from the commit until it was told, so that what several writers tell is in the order of commits
     */
    CounterFlushes(FlushApplier store, String writer, InstantSource clock, CommitNews news, Lock turn) {
        this.store = store;
        this.writer = writer;
        this.clock = clock;
        this.news = news;
        this.turn = turn;
    }

    @Override
    public List<WriteResult> apply(long number, List<Operation> operations) {
        turn.lock();
        try {
            return applyInTurn(number, operations);
        } finally {
            turn.unlock();
        }
    }

    private List<WriteResult> applyInTurn(long number, List<Operation> operations) {
        FlushPlan current = plan;
        if (current == null || number != sequence) {
            sequence = number;
            answered = null;
            current = new FlushPlan(new FlushId(writer, 2 * number), clock.instant(), operations);
            plan = current;
        }
        FlushResult result = answered;
        if (result == null) {
            result = store.apply(current.flush());
            answered = result;
        }
        Flush second = current.unfolded(result, new FlushId(writer, 2 * number + 1));
        Outcomes unfolded = second == null ? NONE : applyUnfolded(second);
        Instant at = clock.instant();
        news.tell(current.flush(), result, at);
        if (second != null) {
            news.tell(second.changes(), unfolded, at);
        }
        plan = null;
        return current.answers(result, unfolded);
    }

    /** The first part stands, so a refusal of the second must not undo the batch: it is its increments' refusal. */
    private Outcomes applyUnfolded(Flush second) {
        try {
            return store.apply(second).changes();
        } catch (StoreUnavailableException unknown) {
            throw unknown;
        } catch (RuntimeException refusal) {
            var refused = new boolean[second.changes().size()];
            Arrays.fill(refused, true);
            return Outcomes.of(new long[refused.length], refused);
        }
    }
}
