package io.tallygate.storage.sql;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Book;
import io.tallygate.storage.sql.SqliteSettings.Synchronous;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A SQLite file behind a journal. Thread-safe.
 *
 * <p>A transaction is committed when its rows are in the {@link Journal}: one synchronous write of as many bytes as they
 * have, where SQLite would write a page for each row. From there on they are in the {@link Overlay}, in front of the
 * file. Checkpoints bring them into the file, every counter once however often it was changed since the last one, and so
 * free the journal. What a journal still holds when the file is opened again is brought into it first.
 *
 * <p>Transactions that write take turns ({@link #writing}), those that read do not wait for them. When the file cannot
 * take what it should, transactions go on until the journal is full, and are then refused.
 */
final class SqliteDatabase implements Database {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    private static final int WAIT_MILLIS_MAX = 5_000;
    private static final int READS_WITHOUT_LOCK = 3;

    private final SqliteFile file;
    private final Journal journal;
    private final Limits limits;
    private final Overlay overlay = new Overlay();
    private final ReentrantLock writing = new ReentrantLock();
    private final Condition sealed = writing.newCondition();
    private final ReentrantLock checkpointing = new ReentrantLock();
    private final Checkpoints checkpoints;
    /** Changed while {@link #writing} is held. */
    private volatile boolean prepared;
    private boolean onlyRead;

    /**
     * When rows are brought into the file. Half as much again, and transactions wait for that.
     *
     * <p>A row in memory takes some 130 bytes. The more of them one checkpoint brings, the more of them share a page: of
     * 10<sup>7</sup> counters, asked for evenly, 50,000 take 0.67 pages a row and 150,000 take 0.37.
     *
     * @param interval the longest that a row waits
     * @param rowsMax   how many rows wait at most; they are in memory, and as many that are being brought
     * @param memoryMax about how many bytes of memory those that wait take at most, and as many those that are being brought
     * @param bytesMax  how long the journal grows at most
     */
    record Limits(Duration interval, int rowsMax, long memoryMax, long bytesMax) {

        /** At most 64 MiB of memory: half as much again of each kind. */
        static final Limits DEFAULT = new Limits(Duration.ofSeconds(5), 150_000, (64L << 20) / 3, 16L << 20);

        boolean reached(Overlay waiting, long bytes) {
            return waiting.waiting() >= rowsMax || waiting.waitingBytes() >= memoryMax || bytes >= bytesMax;
        }

        boolean exceeded(Overlay waiting, long bytes) {
            return waiting.waiting() >= rowsMax + rowsMax / 2 || waiting.waitingBytes() >= memoryMax + memoryMax / 2
                    || bytes >= bytesMax + bytesMax / 2;
        }
    }

    private SqliteDatabase(SqliteFile file, Journal journal, Limits limits, Rows recovered) {
        this.file = file;
        this.journal = journal;
        this.limits = limits;
        overlay.recover(recovered);
        this.checkpoints = new Checkpoints(this::checkpointInTurn, limits.interval());
    }

    /**
     * Opens {@code tallygate.db} and its journal in a directory, which is made when it is missing. Where there is no room
     * to write, what is there can be read, and writes fail until there is.
     *
     * @throws IllegalStateException when another process has it open
     * @throws IOException           when the directory cannot be used, or the journal is damaged, missing or another's;
     *                               then nothing in it was changed
     */
    static SqliteDatabase open(Path directory, Synchronous synchronous, Limits limits, Collection<Book> books)
            throws IOException {
        SqliteFile file = SqliteFile.open(directory, books);
        try {
            return open(file, directory, synchronous, limits);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static SqliteDatabase open(SqliteFile file, Path directory, Synchronous synchronous, Limits limits)
            throws IOException {
        Optional<JournalMark> known = file.exists() ? file.read(SqliteConnection::journal) : Optional.empty();
        JournalMark mark = known.orElse(JournalMark.NONE);
        List<Journal.Segment> segments = Journal.read(directory, synchronous, epoch -> epoch > mark.epoch());
        if (known.isEmpty() && !segments.isEmpty()) {
            throw new IOException("tallygate.db is missing or empty, and " + segments.getFirst().file().getFileName()
                    + " belongs to one. Put it back; or, to begin without counters, delete the journal's files too");
        }
        mark.require(segments, directory, synchronous);
        var rows = new Rows();
        long last = mark.epoch();
        for (Journal.Segment segment : segments) {
            for (byte[] record : segment.records()) {
                rows.putAll(RowsCodec.decode(record));
                last = segment.epoch();
            }
        }
        var database = new SqliteDatabase(file, Journal.open(directory, synchronous, last + 1), limits, rows);
        database.prepareOrOnlyRead(known.isPresent());
        return database;
    }

    private void prepareOrOnlyRead(boolean readable) throws IOException {
        boolean open = false;
        try {
            prepare();
            open = true;
        } catch (StoreUnavailableException e) {
            if (!readable) {
                throw e;
            }
            open = true;
            onlyRead = true;
            LOG.warn("Counters can be read and cannot be written, so this process is not ready; it is tried again: {}",
                    e.getMessage());
        } finally {
            if (!open) {
                checkpoints.close();
                journal.close();
            }
        }
    }

    /**
     * Before the first write: brings the schema to this version and what an earlier run left in the journal into the
     * file, begins the journal, and notes in the file that it needs it. Fails as {@link #write} does, and can be repeated.
     */
    private void prepare() {
        lockForWriting();
        try {
            if (!prepared) {
                String name = file.prepare(connection -> {
                    Generation rows = overlay.unwritten();
                    if (!rows.isEmpty()) {
                        connection.put(rows, journal.epoch() - 1);
                    }
                    return connection.journal().orElseThrow().name();
                });
                overlay.written();
                begin(name);
                needJournalSince(journal.epoch());
                file.mergeLog();
                prepared = true;
                if (onlyRead) {
                    LOG.warn("Counters can be written");
                }
            }
        } finally {
            writing.unlock();
        }
    }

    private void begin(String name) {
        try {
            journal.begin(name);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private void needJournalSince(long epoch) {
        file.write(connection -> {
            connection.needJournalSince(epoch);
            return epoch;
        });
    }

    @Override
    public <T> T write(Work<Session, T> work) {
        if (!prepared) {
            prepare();
        }
        lockForWriting();
        try {
            awaitRoom();
            Transaction<T> transaction = file.readAtOnce(connection -> {
                var session = new SqliteSession(overlay, connection);
                return new Transaction<>(work.on(session), session.changes());
            });
            if (!transaction.changes().isEmpty()) {
                commit(transaction.changes());
            }
            return transaction.result();
        } finally {
            writing.unlock();
        }
    }

    private record Transaction<T>(T result, Rows changes) {}

    private void lockForWriting() {
        try {
            if (!writing.tryLock(WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                throw unavailable(new IllegalStateException("others were writing for " + WAIT_MILLIS_MAX + " ms"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private void awaitRoom() {
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS_MAX);
            while (limits.exceeded(overlay, journal.bytes())) {
                if (nanos <= 0) {
                    throw unavailable(new IllegalStateException("the journal is full"));
                }
                nanos = sealed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private void commit(Rows changes) {
        file.requireInPlace();
        try {
            journal.append(RowsCodec.encode(changes));
        } catch (IOException e) {
            throw unavailable(e);
        }
        overlay.commit(changes);
        if (limits.reached(overlay, journal.bytes())) {
            checkpoints.request();
        }
    }

    private static StoreUnavailableException unavailable(Exception e) {
        return new StoreUnavailableException("SQLite's journal is not available: " + e.getMessage(), e);
    }

    @Override
    public <T> T read(Work<Session, T> work) {
        for (int i = 0; i < READS_WITHOUT_LOCK; i++) {
            long seals = overlay.seals();
            T result = readOnce(work);
            if (overlay.seals() == seals) {
                return result;
            }
        }
        lockForWriting();
        try {
            return readOnce(work);
        } finally {
            writing.unlock();
        }
    }

    private <T> T readOnce(Work<Session, T> work) {
        return file.read(connection -> work.on(new SqliteSession(overlay, connection)));
    }

    /** What the timer does, and says when it fails; why nothing can be written yet was said when the file was opened. */
    private void checkpointInTurn() {
        if (prepared) {
            checkpoint();
            return;
        }
        try {
            prepare();
        } catch (StoreUnavailableException e) {
            // Readiness has it too.
        }
    }

    /** Brings the rows of committed transactions into the file. Fails as {@link #write} does, and can be repeated. */
    void checkpoint() {
        if (!prepared) {
            prepare();
        }
        checkpointing.lock();
        try {
            file.requireInPlace();
            Generation rows = seal();
            if (!rows.isEmpty()) {
                file.write(connection -> {
                    connection.put(rows, journal.epoch() - 1);
                    return 1;
                });
                overlay.written();
            }
        } finally {
            checkpointing.unlock();
        }
    }

    /** The rows that were sealed before, which a failure can have left, and then the current ones. */
    private void checkpointAll() {
        checkpoint();
        checkpoint();
    }

    private Generation seal() {
        writing.lock();
        try {
            return overlay.seal(() -> {
                journal.turn();
                sealed.signalAll();
            });
        } finally {
            writing.unlock();
        }
    }

    @Override
    public int purge(long keysUntilMillis, long flushesUntilMillis, int limit) {
        if (!prepared) {
            prepare();
        }
        if (overlay.anyUnwritten(key -> key.expiresAtMillis() <= keysUntilMillis,
                flush -> flush.appliedAtMillis() <= flushesUntilMillis)) {
            checkpointAll();
        }
        return file.write(connection -> connection.purge(keysUntilMillis, flushesUntilMillis, limit));
    }

    @Override
    public void ping() {
        if (!prepared) {
            throw unavailable(new IllegalStateException("there is no room to write yet"));
        }
        file.requireInPlace();
        try {
            journal.requireInPlace();
        } catch (IOException e) {
            throw unavailable(e);
        }
        read(session -> session.lastFlush(""));
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public void close() {
        checkpoints.close();
        try {
            checkpointAll();
            needJournalSince(0);
        } catch (RuntimeException e) {
            LOG.warn("SQLite's file was not brought up to date; the journal has the rest: {}", e.getMessage());
        }
        try (file) {
            journal.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
