package io.tallygate.storage.sql;

import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore.Ranked;
import io.tallygate.counter.IdempotencyKey;
import io.tallygate.kernel.FlushId;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What can be done in a transaction of its owner. For one thread at a time. */
interface Session {

    /** What is on record for a writer: the number of its last flush, and the packed result. */
    record Answered(long sequence, byte[] result) {}

    /** What is on record for an idempotency key. */
    record KeyRecord(String fingerprint, byte[] outcomes) {}

    /**
     * Takes a flush's number, and keeps other transactions from taking one of this writer until this one ends; false
     * when that number or a later one is on record.
     */
    boolean claimFlush(FlushId id, long atMillis) throws SQLException;

    Optional<Answered> lastFlush(String writer) throws SQLException;

    /** Completes a claimed flush. */
    void recordFlush(String writer, byte[] result) throws SQLException;

    /**
     * Claims those keys that are free: never used, or expired at {@code atMillis}. Returns their ids; the others are on
     * record, and cannot change until this transaction ends.
     *
     * @param keys one of each id
     */
    Set<String> claimKeys(List<IdempotencyKey> keys, long atMillis, long expiresAtMillis) throws SQLException;

    /** The records of ids that were not claimed. */
    Map<String, KeyRecord> keyRecords(List<String> ids) throws SQLException;

    /** Completes claimed keys. */
    void recordOutcomes(List<String> ids, List<byte[]> outcomes) throws SQLException;

    /** Takes the rows of counters, in the order given, before statements that would take them in another one. */
    void lock(List<CounterKey> counters) throws SQLException;

    /** Applies or refuses each. */
    void add(Adds adds) throws SQLException;

    void reset(List<CounterKey> counters) throws SQLException;

    /** The values of counters, in their order; 0 for one without a row. */
    long[] read(List<CounterKey> counters) throws SQLException;

    /** The highest counters of a type, highest first, equal ones ordered by resource. */
    List<Ranked> top(String counterType, int limit) throws SQLException;
}
