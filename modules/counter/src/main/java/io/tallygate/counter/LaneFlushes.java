package io.tallygate.counter;

import io.tallygate.kernel.FlushTarget;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * Flushes that other writers have numbered, on their way to the store: those that wait together go together. Their own
 * numbers make all of them safe to repeat. Confined to one writer thread.
 */
final class LaneFlushes implements FlushTarget<Flush, FlushResult> {

    private final CounterStore store;
    private final InstantSource clock;
    private final CommitNews news;
    private final Lock turn;
    private long lastNumber;

    /** @param turn held from the commit until it was told, so that what several writers tell is in the order of commits */
    LaneFlushes(CounterStore store, InstantSource clock, CommitNews news, Lock turn) {
        this.store = store;
        this.clock = clock;
        this.news = news;
        this.turn = turn;
    }

    @Override
    public List<FlushResult> apply(long number, List<Flush> flushes) {
        boolean triedBefore = number == lastNumber;
        lastNumber = number;
        turn.lock();
        try {
            List<FlushResult> results = store.applyAll(flushes);
            for (int i = 0; i < results.size(); i++) {
                // A replay was told by whoever applied it, unless that was an attempt of ours which got no answer.
                if (triedBefore || !results.get(i).replayed()) {
                    news.tell(flushes.get(i), results.get(i), clock.instant());
                }
            }
            return results;
        } finally {
            turn.unlock();
        }
    }
}
