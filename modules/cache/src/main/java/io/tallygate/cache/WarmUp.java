package io.tallygate.cache;

/**
 * What came of a warm-up.
 *
 * @param loaded keys that are in L1 now
 * @param failed keys of which that could not be had
 * @param millis how long it took
 */
public record WarmUp(int loaded, int failed, long millis) {}
