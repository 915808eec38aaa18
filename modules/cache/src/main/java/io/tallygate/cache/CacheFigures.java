package io.tallygate.cache;

/**
 * What a cache has done since it was made, and what it holds.
 *
 * @param entries               in L1
 * @param localHits             answers from L1
 * @param sharedHits            answers from L2
 * @param loads                 calls of the loader that have ended
 * @param loadFailures          those of them that failed
 * @param loadNanos             how long they took together
 * @param joined                questions that waited for what another one had asked for
 * @param staleAnswers          answers with a value whose life was over
 * @param evictions             entries that gave way to others in L1
 * @param earlyRefreshes        loads that began before a value's life was over
 * @param invalidationsSent     changes that L2 has taken
 * @param invalidationsReceived changes that L2 has told of, those of this process among them
 * @param invalidationsPending  changes that L2 has not taken yet
 * @param resyncs               times that L1 could not be trusted, because messages were late or lost
 * @param fillsRefused          values that L2 did not take, because their lease was gone
 * @param sharedFailures        calls of L2 that failed, came too late or were not made
 * @param unreadable            values in L2 that this program cannot read
 * @param warmUpLeft            keys that warm-ups have still to ask for
 */
public record CacheFigures(long entries, long localHits, long sharedHits, long loads, long loadFailures, long loadNanos,
        long joined, long staleAnswers, long evictions, long earlyRefreshes, long invalidationsSent,
        long invalidationsReceived, long invalidationsPending, long resyncs, long fillsRefused, long sharedFailures,
        long unreadable, long warmUpLeft) {}
