package io.tallygate.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Tells a {@link CommitListener} what a flush changed. As thread-safe as its listener. */
final class CommitNews {

    /** Of a process that caches nothing, so that no commit makes anything of it stale. */
    static final CommitNews NOBODY = new CommitNews(
            new CommitListener() {
                @Override
                public void added(RowKey row, long delta, long value, Instant at) {}

                @Override
                public void deleted(RowKey row, Instant at) {}
            },
            (rows, readout) -> {});

    private final CommitListener listener;
    private final BiConsumer<List<RowKey>, LedgerStore.Readout> values;

    /** @param values reads rows as {@link LedgerStore#readEach} does, when what a flush answered may be old */
    CommitNews(CommitListener listener, BiConsumer<List<RowKey>, LedgerStore.Readout> values) {
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
        FlushResult news = result.replayed() ? today(flush, result) : result;
        for (int i = 0; i < flush.postings().size(); i++) {
            if (news.postings().get(i) instanceof PostingResult.Committed committed && !committed.replayed()) {
                tell(flush.postings().get(i).changes(), committed.outcomes(), at);
            }
        }
    }

    private void tell(List<? extends Change> changes, Outcomes outcomes, Instant at) {
        for (int i = 0; i < changes.size(); i++) {
            if (!outcomes.refused(i)) {
                switch (changes.get(i)) {
                    case Change.Add add ->
                        listener.added(add.row(), outcomes.isFitted() ? outcomes.taken(i) : add.delta(),
                                outcomes.value(i), at);
                    case Change.Delete delete when isNumber(delete) -> listener.deleted(delete.row(), at);
                    case Change.Delete _,Change.Put _ -> listener.written(changes.get(i).row());
                }
            }
        }
    }

    private static boolean isNumber(Change change) {
        return change.row().book().kind() == Book.Kind.NUMBERS;
    }

    /** Other writers may have changed the rows since the first answer was given. */
    private FlushResult today(Flush flush, FlushResult then) {
        var postings = new ArrayList<PostingResult>(then.postings().size());
        for (int i = 0; i < then.postings().size(); i++) {
            postings.add(then.postings().get(i) instanceof PostingResult.Committed committed && !committed.replayed()
                    ? new PostingResult.Committed(today(flush.postings().get(i).changes(), committed.outcomes()))
                    : then.postings().get(i));
        }
        return new FlushResult(postings);
    }

    /** Of a row that is no number there is nothing to tell. */
    private Outcomes today(List<? extends Change> changes, Outcomes then) {
        var now = new long[changes.size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[now.length];
        var places = new ArrayList<Integer>(now.length);
        for (int i = 0; i < now.length; i++) {
            refusals[i] = then.refusal(i);
            if (!then.refused(i) && isNumber(changes.get(i))) {
                places.add(i);
            }
        }
        var unavailable = new AtomicReference<@Nullable RuntimeException>();
        values.accept(places.stream().map(place -> changes.get(place).row()).toList(), new LedgerStore.Readout() {
            @Override
            public void value(int place, long value) {
                now[places.get(place)] = value;
            }

            @Override
            public void failed(int place, RuntimeException failure) {
                if (failure instanceof WrongTypeException) {
                    refusals[places.get(place)] = Refusal.WRONG_TYPE;
                } else {
                    unavailable.set(failure);
                }
            }
        });
        RuntimeException failure = unavailable.get();
        if (failure != null) {
            throw failure;
        }
        return then.with(now, refusals);
    }
}
