package io.tallygate.cache;

import java.util.concurrent.atomic.LongAdder;

/** What a cache has done. Thread-safe. */
final class Counts {

    final LongAdder localHits = new LongAdder();
    final LongAdder sharedHits = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadFailures = new LongAdder();
    final LongAdder loadNanos = new LongAdder();
    final LongAdder joined = new LongAdder();
    final LongAdder staleAnswers = new LongAdder();
    final LongAdder evictions = new LongAdder();
    final LongAdder earlyRefreshes = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder resyncs = new LongAdder();
    final LongAdder fillsRefused = new LongAdder();
    final LongAdder sharedFailures = new LongAdder();
    final LongAdder unreadable = new LongAdder();
    final LongAdder warmUpLeft = new LongAdder();

    CacheFigures figures(long entries, long pending) {
        return new CacheFigures(entries, localHits.sum(), sharedHits.sum(), loads.sum(), loadFailures.sum(),
                loadNanos.sum(), joined.sum(), staleAnswers.sum(), evictions.sum(), earlyRefreshes.sum(), sent.sum(),
                received.sum(), pending, resyncs.sum(), fillsRefused.sum(), sharedFailures.sum(), unreadable.sum(),
                warmUpLeft.sum());
    }
}
