package io.tallygate.storage.sql;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.LedgerStore.Ranked;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.Worksheet;
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

    /** What a claimed key's record is to hold, and until when. */
    record KeyOutcome(String id, String fingerprint, byte[] outcomes, long expiresAtMillis) {}

    /**
     * Takes a flush's number, and keeps other transactions from taking one of this writer until this one ends; false
     * when that number or a later one is on record.
     */
    boolean claimFlush(FlushId id, long atMillis) throws SQLException;

    Optional<Answered> lastFlush(String writer) throws SQLException;

    /** Completes a claimed flush. */
    void recordFlush(String writer, byte[] result) throws SQLException;

    /** {@link #claimFlush(FlushId, long)}, and where that is true {@link #readLocked}. */
    default boolean claimFlush(FlushId id, long atMillis, Worksheet sheet) throws SQLException {
        if (!claimFlush(id, atMillis)) {
            return false;
        }
        readLocked(sheet);
        return true;
    }

    /** {@link #put} and {@link #recordFlush}. */
    default void finish(Worksheet sheet, String writer, byte[] result) throws SQLException {
        put(sheet);
        recordFlush(writer, result);
    }

    /**
     * Claims those keys that are free: never used, or expired at {@code ageAtMillis}. Returns their ids; the others are on
     * record, and cannot change until this transaction ends.
     *
     * @param keys     one of each id
     * @param atMillis when the lives of their records begin
     */
    Set<String> claimKeys(List<IdempotencyKey> keys, long ageAtMillis, long atMillis) throws SQLException;

    /** The records of ids that were not claimed. */
    Map<String, KeyRecord> keyRecords(List<String> ids) throws SQLException;

    /** Completes claimed keys. */
    void recordOutcomes(List<KeyOutcome> outcomes) throws SQLException;

    /** Whether {@link #addAtOnce} is worth asking. */
    default boolean addsAtOnce() {
        return false;
    }

    /**
     * Applies adds of different rows of one book, each of which a row that is not there takes, for a database that does so
     * in fewer round trips than {@link #readLocked} and {@link #put}.
     *
     * @param lowest  the lowest value before it from which every one of these adds is applied
     * @param highest the highest such value
     */
    default Outcomes addAtOnce(List<Change.Add> adds, long lowest, long highest) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells a worksheet what its rows hold, of documents the version, and keeps other transactions from changing them until
     * this one ends.
     */
    void readLocked(Worksheet sheet) throws SQLException;

    /** Makes the rows what a worksheet says, of which {@link #readLocked} told it. */
    void put(Worksheet sheet) throws SQLException;

    /** The values of rows, in their order; 0 for one that is not there. */
    long[] read(List<RowKey> rows) throws SQLException;

    /** The documents of rows, in their order. */
    List<Versioned> readDocuments(List<RowKey> rows) throws SQLException;

    /** As {@link io.tallygate.ledger.LedgerStore#list}. */
    List<Row> list(Book book, String section, String afterId, int limit) throws SQLException;

    /** As {@link io.tallygate.ledger.LedgerStore#listThrough}. */
    List<Row> listThrough(Book book, String throughSection, int limit) throws SQLException;

    /** As {@link io.tallygate.ledger.LedgerStore#sweep}. */
    int sweep(Book book, String throughSection, int limit) throws SQLException;

    /** The highest rows of a section, highest first, equal ones ordered by id. */
    List<Ranked> rank(Book book, String section, int limit) throws SQLException;
}
