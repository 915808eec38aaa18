package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** A ledger in a relational database. Thread-safe. */
final class SqlLedgerStore implements LedgerStore {

    /** A writer is one run of one process: one silent for this long has ended, and repeats nothing. */
    private static final Duration FLUSH_RECORD_LIFE = Duration.ofDays(7);

    private final Database database;
    private final Set<Book> books;
    private final Recording recording;

    /** @param books those that the database has tables for, which are also those that it needs for what it records */
    SqlLedgerStore(Database database, Collection<Book> books, Recording recording) {
        this.database = database;
        this.books = Set.copyOf(books);
        this.recording = recording;
    }

    /** Records nothing. */
    SqlLedgerStore(Database database, Collection<Book> books) {
        this(database, books, Recording.NONE);
    }

    @Override
    public FlushResult apply(Flush flush) {
        requireBooks(flush);
        return database.write(session -> new FlushRun(flush, session, recording).run());
    }

    private void requireBooks(Flush flush) {
        for (Posting posting : flush.postings()) {
            for (Change change : posting.changes()) {
                requireBook(change.row().book());
            }
        }
    }

    private void requireBook(Book book) {
        if (!books.contains(book)) {
            throw new IllegalArgumentException("this store has no book '" + book.name() + "' of " + book.kind());
        }
    }

    /** One transaction where it has no other to wait for; else their rows, together in no order, could deadlock. */
    @Override
    public List<FlushResult> applyAll(List<Flush> flushes) {
        if (database.shared() || flushes.size() == 1) {
            return LedgerStore.super.applyAll(flushes);
        }
        flushes.forEach(this::requireBooks);
        return database.write(session -> {
            List<FlushResult> results = new ArrayList<>(flushes.size());
            for (Flush flush : flushes) {
                results.add(new FlushRun(flush, session, recording).run());
            }
            return results;
        });
    }

    @Override
    public long[] read(List<RowKey> rows) {
        rows.forEach(row -> row.book().require(Book.Kind.NUMBERS));
        return rows.isEmpty() ? new long[0] : database.read(session -> session.read(rows));
    }

    @Override
    public List<Versioned> readDocuments(List<RowKey> rows) {
        rows.forEach(row -> row.book().require(Book.Kind.DOCUMENTS));
        return rows.isEmpty() ? List.of() : database.read(session -> session.readDocuments(rows));
    }

    @Override
    public List<Row> list(Book book, String section, String afterId, int limit) {
        requireBook(book);
        return database.read(session -> session.list(book, section, afterId, limit));
    }

    @Override
    public List<Row> listThrough(Book book, String throughSection, int limit) {
        requireBook(book);
        return database.read(session -> session.listThrough(book, throughSection, limit));
    }

    @Override
    public int sweep(Book book, String throughSection, int limit) {
        requireBook(book);
        return database.write(session -> session.sweep(book, throughSection, limit));
    }

    @Override
    public List<Ranked> rank(Book book, String section, int limit) {
        book.require(Book.Kind.NUMBERS);
        return database.read(session -> session.rank(book, section, limit));
    }

    @Override
    public int purgeExpired(Instant now, int limit) {
        return database.purge(now.toEpochMilli(), now.minus(FLUSH_RECORD_LIFE).toEpochMilli(), limit);
    }

    @Override
    public void ping() {
        database.ping();
    }

    @Override
    public boolean shared() {
        return database.shared();
    }

    @Override
    public void close() {
        database.close();
    }
}
