package io.tallygate.storage.sql;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.storage.sql.SqliteSettings.Synchronous;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
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

    /**
     * When rows are brought into the file. Half as many rows or bytes again, and transactions wait for that.
     *
     * <p>A row in memory takes some 200 bytes. The more of them one checkpoint brings, the more of them share a page: of
     * 10<sup>7</sup> counters, asked for evenly, 50,000 take 0.67 pages a row and 150,000 take 0.37.
     *
     * @param interval the longest that a row waits
     * @param rowsMax  how many rows wait at most; they are in memory, and as many that are being brought
     * @param bytesMax how long the journal grows at most
     */
    record Limits(Duration interval, int rowsMax, long bytesMax) {

        static final Limits DEFAULT = new Limits(Duration.ofSeconds(5), 150_000, 16L << 20);

        boolean reached(int rows, long bytes) {
            return rows >= rowsMax || bytes >= bytesMax;
        }

        boolean exceeded(int rows, long bytes) {
            return rows >= rowsMax + rowsMax / 2 || bytes >= bytesMax + bytesMax / 2;
        }
    }

    private SqliteDatabase(SqliteFile file, Journal journal, Limits limits) {
        this.file = file;
        this.journal = journal;
        this.limits = limits;
        this.checkpoints = new Checkpoints(this::checkpoint, limits.interval());
    }

    /**
     * Opens {@code tallygate.db} and its journal in a directory, which is made when it is missing.
     *
     * @throws IllegalStateException when another process has it open
     * @throws IOException           when the directory cannot be used, or the journal is damaged
     */
    static SqliteDatabase open(Path directory, Synchronous synchronous, Limits limits) throws IOException {
        SqliteFile file = SqliteFile.open(directory);
        try {
            long epoch = recover(file, directory, synchronous);
            return new SqliteDatabase(file, Journal.open(directory, synchronous, epoch + 1), limits);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Brings what the journal holds into the file; the epoch until which the file then has everything. */
    private static long recover(SqliteFile file, Path directory, Synchronous synchronous) throws IOException {
        long written = file.read(SqliteConnection::epoch);
        var rows = new Rows();
        long last = written;
        for (Journal.Segment segment : Journal.read(directory, synchronous, epoch -> epoch > written)) {
            for (byte[] record : segment.records()) {
                rows.putAll(RowsCodec.decode(record));
            }
            last = segment.epoch();
        }
        if (last > written) {
            put(file, rows, last);
        }
        return last;
    }

    private static void put(SqliteFile file, Rows rows, long epoch) {
        file.write(connection -> {
            connection.put(rows, epoch);
            return epoch;
        });
    }

    @Override
    public <T> T write(Work<Session, T> work) {
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
            while (limits.exceeded(overlay.waiting(), journal.bytes())) {
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
        try {
            journal.append(RowsCodec.encode(changes));
        } catch (IOException e) {
            throw unavailable(e);
        }
        overlay.commit(changes);
        if (limits.reached(overlay.waiting(), journal.bytes())) {
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

    /** Brings the rows of committed transactions into the file. Fails as {@link #write} does, and can be repeated. */
    void checkpoint() {
        checkpointing.lock();
        try {
            Rows rows = seal();
            if (!rows.isEmpty()) {
                put(file, rows, journal.epoch() - 1);
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

    private Rows seal() {
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
        if (overlay.anyUnwritten(key -> key.expiresAtMillis() <= keysUntilMillis,
                flush -> flush.appliedAtMillis() <= flushesUntilMillis)) {
            checkpointAll();
        }
        return file.write(connection -> connection.purge(keysUntilMillis, flushesUntilMillis, limit));
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
