package io.tallygate.ledger;

import java.time.Instant;
import java.util.List;

/**
 * Where rows are kept, by books. Thread-safe. Methods block, with bounds of their own on how long.
 *
 * <p>Every method throws {@link io.tallygate.kernel.StoreUnavailableException} when the store does not answer.
 */
public interface LedgerStore extends AutoCloseable {

    /**
     * Applies a flush as {@link FlushApplier#apply} says, and throws what that fails with. Blocks, with a bound of its own on
     * how long. Called by one thread at a time for one writer. The flush's postings take effect in their order. One whose key is on
     * record, and whose life is not over at {@link Flush#ageAt}, changes nothing: with the same fingerprint it gets the
     * recorded outcomes (refusals too) and memo as replayed, with another {@link PostingResult.KeyReused}.
     *
     * @throws IllegalArgumentException when a posting that needs one home has rows of several, and the store is
     *                                  divided, or when a row's book is not one that the store was opened with
     */
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
     * The committed values of rows of books of numbers, in their order; 0 for one that is not there.
     *
     * @throws WrongTypeException when what is in a row's place is no number
     */
    long[] read(List<RowKey> rows);

    /**
     * The same, each row by itself: tells each value as soon as it is known, on any thread, and returns when it has
     * told of all. A store in which one row can fail and another not says so here.
     */
    default void readEach(List<RowKey> rows, Readout readout) {
        long[] values = read(rows);
        for (int i = 0; i < values.length; i++) {
            readout.value(i, values[i]);
        }
    }

    /** How many reads it takes at once such that one that is slow does not make the others slow. */
    default int readsAtOnceMax() {
        return 1;
    }

    /**
     * The committed documents of rows of books of documents, in their order.
     *
     * @throws WrongTypeException when what is in a row's place is no document
     */
    List<Versioned> readDocuments(List<RowKey> rows);

    /**
     * The committed rows of one section in the order of their ids' bytes in UTF-8 ({@link Utf8Order}), from behind
     * {@code afterId} on; the empty id is before all. A row that is changed meanwhile is told as it was or as it is.
     *
     * @param limit from 1, and of documents no more than memory has room for; fewer rows are told only where there are no more
     */
    List<Row> list(Book book, String section, String afterId, int limit);

    /**
     * The same of all sections whose names are not behind {@code throughSection}, in the order of their sections' bytes in
     * UTF-8, then of their ids'. What ends is kept in sections that are named by its time, so that this finds what is over.
     *
     * @param limit as {@link #list}'s
     */
    List<Row> listThrough(Book book, String throughSection, int limit);

    /**
     * Deletes up to {@code limit} of the rows that {@link #listThrough} tells without a limit, whichever of them, and returns
     * how many; fewer than {@code limit} only where there are no more. For rows that nobody changes any more: a change at the
     * same time may survive it or not. One whose answer was lost can be repeated.
     *
     * @param limit from 1
     */
    int sweep(Book book, String throughSection, int limit);

    /** The rows with the highest values of one section of numbers, highest first, equal ones as {@link #list} orders them. */
    List<Ranked> rank(Book book, String section, int limit);

    /** Deletes up to {@code limit} records of idempotency keys and of flush numbers that are no longer needed. */
    int purgeExpired(Instant now, int limit);

    /** Returns when the store answers; fails too where it knows, without a write, that it takes none. */
    void ping();

    /** Into how many partitions it divides rows by their homes, and with them its {@link Outbox}. */
    default int partitions() {
        return 1;
    }

    /** Whether other processes may write to it too, so that values seen by this one can become stale. */
    boolean shared();

    @Override
    void close();

    /** Told what {@link #readEach} finds, once of each row, by its place in the question. Thread-safe; never throws. */
    interface Readout {

        void value(int place, long value);

        /**
         * Says that a row could not be read.
         *
         * @param failure what {@link #read} would have thrown for this row alone
         */
        void failed(int place, RuntimeException failure);
    }

    /** A row of a known section and its value. */
    record Ranked(String id, long value) {}
}
