package io.tallygate.counter;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.FlushTarget;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The write path from a batch of operations to the store and back. Confined to the writer thread.
 *
 * <p>A batch is one flush, and rarely a second one for the folded changes that must be applied one by one. Both have
 * numbers of their own, so either can be repeated; what the first one answered is kept until the batch is done.
 */
final class CounterFlushes implements FlushTarget<Operation, WriteResult> {

    private static final Outcomes NONE = Outcomes.applied();

    private final CounterStore store;
    private final String writer;
    private final InstantSource clock;
    private final CommitListener listener;

    private long sequence;
    private @Nullable FlushPlan plan;
    private @Nullable FlushResult answered;

    /** @param writer unique to this run of this process */
    CounterFlushes(CounterStore store, String writer, InstantSource clock, CommitListener listener) {
        this.store = store;
        this.writer = writer;
        this.clock = clock;
        this.listener = listener;
    }

    @Override
    public List<WriteResult> apply(long number, List<Operation> operations) {
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
        tell(current.flush(), result);
        if (second != null) {
            tell(second.changes(), unfolded, clock.instant());
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

    private void tell(Flush flush, FlushResult result) {
        Instant at = clock.instant();
        tell(flush.changes(), result.changes(), at);
        for (int i = 0; i < flush.requests().size(); i++) {
            if (result.requests().get(i) instanceof WriteResult.Committed(var outcomes, var replayed) && !replayed) {
                tell(flush.requests().get(i).changes(), outcomes, at);
            }
        }
    }

    private void tell(List<? extends Change> changes, Outcomes outcomes, Instant at) {
        for (int i = 0; i < changes.size(); i++) {
            if (!outcomes.refused(i)) {
                switch (changes.get(i)) {
                    case Change.Add add -> listener.added(add.counter(), add.delta(), outcomes.value(i), at);
                    case Change.Reset reset -> listener.reset(reset.counter(), at);
                }
            }
        }
    }
}
