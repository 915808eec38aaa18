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

    /**
     * The committed values of counters, in their order; 0 for one without a row.
     *
     * @throws WrongTypeException when what is in a counter's place is no number
     */
    long[] read(List<CounterKey> counters);

    /**
     * The same, each counter by itself: tells each value as soon as it is known, on any thread, and returns when it has
     * told of all. A store in which one counter can fail and another not says so here.
     */
    default void readEach(List<CounterKey> counters, Readout readout) {
        long[] values = read(counters);
        for (int i = 0; i < values.length; i++) {
            readout.value(i, values[i]);
        }
    }

    /** How many reads it takes at once such that one that is slow does not make the others slow. */
    default int readsAtOnceMax() {
        return 1;
    }

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

    /** Told what {@link #readEach} finds, once of each counter, by its place in the question. Thread-safe; never throws. */
    interface Readout {

        void value(int place, long value);

        /** @param failure what {@link #read} would have thrown for this counter alone */
        void failed(int place, RuntimeException failure);
    }

    /** A counter of a known type and its value. */
    record Ranked(String resourceId, long value) {}
}
