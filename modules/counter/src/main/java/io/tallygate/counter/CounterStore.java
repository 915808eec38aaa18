package io.tallygate.counter;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where counters are kept. Thread-safe. Methods block, with bounds of their own on how long.
 *
 * <p>Every method throws {@link io.tallygate.kernel.StoreUnavailableException} when the store does not answer.
 */
public interface CounterStore extends FlushApplier, AutoCloseable {

    /** How long an idempotency record answers for its request. */
    Duration IDEMPOTENCY_RECORD_LIFE = Duration.ofHours(24);

    /**
     * {@inheritDoc}
     *
     * <p>Called by one thread at a time for one writer. A keyed request whose key is on record, with an age at
     * {@link Flush#ageAt} below {@link #IDEMPOTENCY_RECORD_LIFE}, changes nothing: with the same fingerprint it gets the
     * recorded outcomes (refusals too) as replayed, with another {@link WriteResult.KeyReused}.
     */
    @Override
    FlushResult apply(Flush flush);

    /**
     * Applies flushes of different writers one after the other, as {@link #apply} would, and answers all of them. When it
     * throws, any of them may have been applied, and all can be sent again. A store for which a commit is dear makes one
     * of them all.
     */
    default List<FlushResult> applyAll(List<Flush> flushes) {
        return flushes.stream().map(this::apply).toList();
    }

    /** The committed values of counters, in their order; 0 for one without a row. */
    long[] read(List<CounterKey> counters);

    /** The counters of one type with the highest values, highest first, equal ones ordered by resource. */
    List<Ranked> top(String counterType, int limit);

    /** Deletes up to {@code limit} records of idempotency keys and of flush numbers that are no longer needed. */
    int purgeExpired(Instant now, int limit);

    /** Returns when the store answers; fails too where it knows, without a write, that it takes none. */
    void ping();

    /** Whether other processes may write to it too, so that values seen by this one can become stale. */
    boolean shared();

    @Override
    void close();

    /** A counter of a known type and its value. */
    record Ranked(String resourceId, long value) {}
}
