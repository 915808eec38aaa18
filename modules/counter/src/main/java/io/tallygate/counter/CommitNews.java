package io.tallygate.counter;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells a {@link CommitListener} what a flush changed. As thread-safe as its listener. */
final class CommitNews {

    /** For a process that keeps nothing which a commit could make old. */
    static final CommitNews NOBODY = new CommitNews(
            new CommitListener() {
                @Override
                public void added(CounterKey counter, long delta, long value, Instant at) {}

                @Override
                public void reset(CounterKey counter, Instant at) {}
            },
            counters -> new long[counters.size()]);

    private final CommitListener listener;
    private final Function<List<CounterKey>, long[]> values;

    /** @param values the committed values of counters, when those that a flush answered may be old */
    CommitNews(CommitListener listener, Function<List<CounterKey>, long[]> values) {
        this.listener = listener;
        this.values = values;
    }

    /**
     * The whole of a flush, which the listener has not heard of.
     *
     * @throws io.tallygate.kernel.StoreUnavailableException before it told anything, when the flush was a repetition and
     *                                                       the values of today cannot be had
     */
    void tell(Flush flush, FlushResult result, Instant at) {
        Outcomes changes = result.replayed() ? today(flush.changes(), result.changes()) : result.changes();
        tell(flush.changes(), changes, at);
        for (int i = 0; i < flush.requests().size(); i++) {
            if (result.requests().get(i) instanceof WriteResult.Committed(var outcomes, var replayed) && !replayed) {
                List<Change.Add> adds = flush.requests().get(i).changes();
                tell(adds, result.replayed() ? today(adds, outcomes) : outcomes, at);
            }
        }
    }

    void tell(List<? extends Change> changes, Outcomes outcomes, Instant at) {
        for (int i = 0; i < changes.size(); i++) {
            if (!outcomes.refused(i)) {
                switch (changes.get(i)) {
                    case Change.Add add -> listener.added(add.counter(), add.delta(), outcomes.value(i), at);
                    case Change.Reset reset -> listener.reset(reset.counter(), at);
                }
            }
        }
    }

    /** Other writers may have changed the counters since the first answer was given. */
    private Outcomes today(List<? extends Change> changes, Outcomes then) {
        long[] now = values.apply(changes.stream().map(Change::counter).toList());
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[now.length];
        for (int i = 0; i < now.length; i++) {
            refusals[i] = then.refusal(i);
        }
        return Outcomes.of(now, refusals);
    }
}
