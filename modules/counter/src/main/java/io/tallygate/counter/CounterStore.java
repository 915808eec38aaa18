package io.tallygate.counter;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where counters are kept. Thread-safe. Methods block, with bounds of their own on how long.
 *
 * <p>Every method throws {@link io.tallygate.kernel.StoreUnavailableException} when the store does not answer. Any other
 * exception of {@link #apply} says that the flush was not applied and that repeating it would not help.
 */
public interface CounterStore extends AutoCloseable {

    /** How long an idempotency record answers for its request. */
    Duration IDEMPOTENCY_RECORD_LIFE = Duration.ofHours(24);

    /**
     * Applies a flush in one atomic step: its changes, its keyed requests with their records, and its number. A flush
     * whose number was applied before changes nothing and gets the answer of the first time. Called by one thread at a
     * time for one writer; a writer sends a number only after the one before was answered.
     *
     * <p>A keyed request whose key is on record, with an age at {@link Flush#at} below
     * {@link #IDEMPOTENCY_RECORD_LIFE}, changes nothing: with the same fingerprint it gets the recorded outcomes
     * (refusals too) as replayed, with another {@link WriteResult.KeyReused}.
     */
    FlushResult apply(Flush flush);

    /** The committed values of counters, in their order; 0 for one without a row. */
    long[] read(List<CounterKey> counters);

    /** The counters of one type with the highest values, highest first, equal ones ordered by resource. */
    List<Ranked> top(String counterType, int limit);

    /** Deletes up to {@code limit} records of idempotency keys and of flush numbers that are no longer needed. */
    int purgeExpired(Instant now, int limit);

    /** Returns when the store answers. */
    void ping();

    /** Whether other processes may write to it too, so that values seen by this one can become stale. */
    boolean shared();

    @Override
    void close();

    /** A counter of a known type and its value. */
    record Ranked(String resourceId, long value) {}
}
