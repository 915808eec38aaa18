package io.tallygate.ledger;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Rows of numbers and of documents, as domains use them. Thread-safe; no method blocks. A stage fails with an {@link
 * io.tallygate.kernel.UnavailableException} when the store, or this process, cannot serve it now: at once when too much
 * waits, and when there is no answer in time. It fails with {@link WrongTypeException} when the store holds something else in
 * a row's place.
 */
public interface Ledger {

    /** The most rows in a question that tells or deletes a number of them. */
    int ROWS_MAX = 1_000;

    /** The most documents in one question or answer. */
    int DOCUMENTS_MAX = 64;

    /** The most bytes of documents in a {@link Listing}, unless its only row has more: 2 MiB. */
    int LISTING_BYTES_MAX = 2 << 20;

    /**
     * Applies a posting, and completes once the store has committed. Postings whose first changes are of rows of one home take
     * effect in the order of their calls.
     *
     * @throws IllegalArgumentException when it has more bytes than {@link Posting#BYTES_MAX}
     */
    CompletionStage<PostingResult> post(Posting posting);

    /**
     * Takes a posting into memory and returns; it is committed soon after, in the same way. Lost when the process dies
     * first.
     *
     * @throws IllegalArgumentException                 when it has more bytes than {@link Posting#BYTES_MAX}
     * @throws io.tallygate.kernel.UnavailableException when it is not taken
     */
    void accept(Posting posting);

    /** One number; 0 for a row that is not there. */
    CompletionStage<Reading> read(RowKey row, Consistency consistency);

    /** Many numbers, in the order asked, each as {@link #read} would give it. */
    CompletionStage<List<Reading>> readAll(List<RowKey> rows, Consistency consistency);

    /**
     * Documents as they were committed last, in the order asked. Nothing is cached.
     *
     * @param rows at most {@link #DOCUMENTS_MAX}, of books of documents
     * @throws IllegalArgumentException when there are more, or one is of a book of numbers
     */
    CompletionStage<List<Versioned>> documents(List<RowKey> rows);

    /**
     * The committed rows of one section by their ids, in the order of the ids' bytes in UTF-8.
     *
     * <p>Fewer rows than the limit are told where there are no more, and of a book of documents also where more than
     * {@link #DOCUMENTS_MAX} or {@link #LISTING_BYTES_MAX} would be in the answer; there is at least one where there is any. To
     * go on while there are {@linkplain Listing#more more}, ask with the last row's id.
     *
     * @param afterId only rows behind it are told; the empty id is before all
     * @param limit   1 to {@link #ROWS_MAX}
     * @throws IllegalArgumentException when the limit is another one
     */
    CompletionStage<Listing> list(Book book, String section, String afterId, int limit);

    /**
     * The committed rows of all sections whose names are not behind {@code throughSection}, in the order of the names' bytes in
     * UTF-8, then of their ids'. Sections that are named by a time so tell what is over.
     *
     * <p>Fewer rows than the limit are told as by {@link #list}. To go on while there are {@linkplain Listing#more more},
     * delete those that were told, and ask again.
     *
     * @param limit 1 to {@link #ROWS_MAX}
     * @throws IllegalArgumentException when the limit is another one
     */
    CompletionStage<Listing> listThrough(Book book, String throughSection, int limit);

    /**
     * Deletes rows that {@link #listThrough} would tell, up to a limit, and tells how many; fewer than the limit only where
     * there are no more. For rows that nobody changes any more: nobody is told of it, a change at the same time may survive
     * it, and a {@linkplain Consistency#CACHED cached} number may outlive it for some seconds. When there was no answer, it is
     * repeated, and tells only of the last time.
     *
     * @param limit 1 to {@link #ROWS_MAX}
     * @throws IllegalArgumentException when the limit is another one
     */
    CompletionStage<Integer> sweep(Book book, String throughSection, int limit);
}
