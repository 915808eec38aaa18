package io.tallygate.storage.sql;

import io.tallygate.kernel.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite file, which belongs to one process: one connection writes, a few read what is committed. Thread-safe.
 *
 * <p>{@link #writing} guards {@link #writers}, which holds the connection that writes, or none after one failed: the
 * next write opens another.
 */
final class SqliteDatabase implements Database {

    private static final int READERS_MAX = 4;
    private static final int WAIT_MILLIS_MAX = 5_000;
    private static final int WRITER_CACHE_KIB = 16 * 1024;

    /**
     * How long the log grows before its pages go to the file, which the commit that crosses this waits for: 16 MiB. A
     * higher figure writes hot pages less often, and makes that commit slower.
     */
    private static final int CHECKPOINT_PAGES = 4_000;

    private static final int LOG_BYTES_KEPT = 64 * 1024 * 1024;

    private final Path file;
    private final SqliteSettings.Synchronous synchronous;
    private final FileLock lock;
    private final ReentrantLock writing = new ReentrantLock();
    private final Deque<SqliteSession> writers = new ArrayDeque<>(1);
    private final Semaphore reading = new Semaphore(READERS_MAX);
    private final ConcurrentLinkedQueue<SqliteSession> readers = new ConcurrentLinkedQueue<>();

    private SqliteDatabase(Path file, SqliteSettings.Synchronous synchronous, FileLock lock) {
        this.file = file;
        this.synchronous = synchronous;
        this.lock = lock;
    }

    /**
     * Opens {@code tallygate.db} in a directory, which is made when it is missing.
     *
     * @throws IllegalStateException when another process has it open
     * @throws IOException           when the directory cannot be used
     */
    static SqliteDatabase open(Path directory, SqliteSettings.Synchronous synchronous) throws IOException {
        FileLock lock = FileLock.take(directory);
        var database = new SqliteDatabase(directory.resolve("tallygate.db"), synchronous, lock);
        try {
            database.write(session -> {
                new Migrations("sqlite").apply(((SqliteSession) session).connection());
                return 1;
            });
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public <T> T write(Work<Session, T> work) {
        try {
            if (!writing.tryLock(WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                throw unavailable(new SQLException("others were writing for " + WAIT_MILLIS_MAX + " ms"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
        try {
            return writeAlone(work);
        } finally {
            writing.unlock();
        }
    }

    private <T> T writeAlone(Work<Session, T> work) {
        try {
            if (writers.isEmpty()) {
                writers.add(connect(false));
            }
            SqliteSession session = writers.getFirst();
            try {
                return commit(session, work);
            } catch (SqliteSession.RowLeftOutException e) {
                session.rowByRow(true);
                try {
                    return commit(session, work);
                } finally {
                    session.rowByRow(false);
                }
            }
        } catch (SQLException e) {
            writers.forEach(SqliteDatabase::closeQuietly);
            writers.clear();
            throw failure(e);
        }
    }

    private static <T> T commit(SqliteSession session, Work<Session, T> work) throws SQLException {
        boolean committed = false;
        try {
            T result = work.on(session);
            session.connection().commit();
            committed = true;
            return result;
        } finally {
            if (!committed) {
                rollBack(session.connection());
            }
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // SQLite rolled back by itself, as it does after some failures; the one that led here is already on its way.
        }
    }

    @Override
    public <T> T read(Work<Session, T> work) {
        try {
            if (!reading.tryAcquire(WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                throw unavailable(new SQLException("all readers were busy for " + WAIT_MILLIS_MAX + " ms"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
        try {
            return readAlone(work);
        } finally {
            reading.release();
        }
    }

    private <T> T readAlone(Work<Session, T> work) {
        try {
            SqliteSession idle = readers.poll();
            SqliteSession session = idle != null ? idle : connect(true);
            try {
                T result = commit(session, work);
                readers.add(session);
                return result;
            } catch (SQLException | RuntimeException e) {
                closeQuietly(session);
                throw e;
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private SqliteSession connect(boolean readOnly) throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.valueOf(synchronous.name()));
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout(WAIT_MILLIS_MAX);
        config.setJournalSizeLimit(LOG_BYTES_KEPT);
        if (!readOnly) {
            config.setCacheSize(-WRITER_CACHE_KIB);
        }
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement
                    .execute(readOnly ? "PRAGMA query_only = true" : "PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
        }
        connection.setAutoCommit(false);
        return new SqliteSession(connection);
    }

    private RuntimeException failure(SQLException e) {
        return passing(e)
                ? unavailable(e)
                : new IllegalStateException("SQLite refused: " + e.getMessage(), e);
    }

    private StoreUnavailableException unavailable(Exception e) {
        return new StoreUnavailableException(
                String.format(Locale.ROOT, "SQLite (%s) is not available: %s", file, e.getMessage()), e);
    }

    /** Whether the machine failed, not the statement: what a full disk or a busy file refuses now can succeed later. */
    private static boolean passing(SQLException e) {
        if (!(e instanceof SQLiteException failed)) {
            return false;
        }
        int primary = failed.getResultCode().code & 0xff;
        return primary == SQLiteErrorCode.SQLITE_BUSY.code || primary == SQLiteErrorCode.SQLITE_LOCKED.code
                || primary == SQLiteErrorCode.SQLITE_NOMEM.code || primary == SQLiteErrorCode.SQLITE_IOERR.code
                || primary == SQLiteErrorCode.SQLITE_FULL.code || primary == SQLiteErrorCode.SQLITE_CANTOPEN.code
                || primary == SQLiteErrorCode.SQLITE_PROTOCOL.code || primary == SQLiteErrorCode.SQLITE_INTERRUPT.code;
    }

    private static void closeQuietly(SqliteSession session) {
        try {
            session.close();
        } catch (SQLException e) {
            // It failed before, which is why it is closed.
        }
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public void close() {
        readers.forEach(SqliteDatabase::closeQuietly);
        readers.clear();
        writing.lock();
        try {
            writers.forEach(SqliteDatabase::closeQuietly);
            writers.clear();
        } finally {
            writing.unlock();
            lock.close();
        }
    }
}
