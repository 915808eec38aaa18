package io.tallygate.ratelimit;

/** A state that is a list. */
sealed interface Listed permits TimedCounts, Leases {

    /** What it holds of the heap, rounded up. */
    long bytes();
}
