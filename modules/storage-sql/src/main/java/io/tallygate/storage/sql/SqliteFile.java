package io.tallygate.storage.sql;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.storage.sql.Database.Work;
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
 * One SQLite file, which belongs to one process: one connection writes, a few read what it has. Thread-safe.
 *
 * <p>{@link #writing} guards {@link #writers}, which holds the connection that writes, or none after one failed: the
 * next write opens another.
 */
final class SqliteFile implements AutoCloseable {

    private static final int VERSION = 2;
    private static final int READERS_MAX = 4;
    private static final int WAIT_MILLIS_MAX = 5_000;
    private static final int WRITER_CACHE_KIB = 16 * 1024;

    /** Room for the inner pages of some 10<sup>7</sup> counters, so that a row is one page away. */
    private static final int READER_CACHE_KIB = 4 * 1024;

    /** How long SQLite's own log grows before its pages go to the file: 16 MiB. Hot pages are written less often so. */
    private static final int LOG_PAGES = 4_000;

    private static final int LOG_BYTES_KEPT = 64 * 1024 * 1024;

    private final Path file;
    private final FileLock lock;
    private final ReentrantLock writing = new ReentrantLock();
    private final Deque<SqliteConnection> writers = new ArrayDeque<>(1);
    private final Semaphore reading = new Semaphore(READERS_MAX);
    private final ConcurrentLinkedQueue<SqliteConnection> readers = new ConcurrentLinkedQueue<>();

    private SqliteFile(Path file, FileLock lock) {
        this.file = file;
        this.lock = lock;
    }

    /**
     * Opens {@code tallygate.db} in a directory, which is made when it is missing.
     *
     * @throws IllegalStateException when another process has it open
     * @throws IOException           when the directory cannot be used
     */
    static SqliteFile open(Path directory) throws IOException {
        FileLock lock = FileLock.take(directory);
        var file = new SqliteFile(directory.resolve("tallygate.db"), lock);
        try {
            file.write(connection -> {
                new Migrations("sqlite", VERSION, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'")
                        .apply(connection.connection());
                return 1;
            });
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Runs work that changes rows, and commits. Fails as {@link Database#write} does. */
    <T> T write(Work<SqliteConnection, T> work) {
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

    private <T> T writeAlone(Work<SqliteConnection, T> work) {
        try {
            if (writers.isEmpty()) {
                writers.add(connect(false));
            }
            return commit(writers.getFirst(), work);
        } catch (SQLException e) {
            writers.forEach(SqliteFile::closeQuietly);
            writers.clear();
            throw failure(e);
        }
    }

    private static <T> T commit(SqliteConnection connection, Work<SqliteConnection, T> work) throws SQLException {
        boolean committed = false;
        try {
            T result = work.on(connection);
            connection.connection().commit();
            committed = true;
            return result;
        } finally {
            if (!committed) {
                rollBack(connection.connection());
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

    /** Runs work that changes nothing, on one snapshot. Fails as {@link Database#read} does. */
    <T> T read(Work<SqliteConnection, T> work) {
        try {
            if (!reading.tryAcquire(WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                throw unavailable(new SQLException("all readers were busy for " + WAIT_MILLIS_MAX + " ms"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
        try {
            return readAtOnce(work);
        } finally {
            reading.release();
        }
    }

    /** The same without a turn among the readers, for one caller at a time that nobody should keep waiting. */
    <T> T readAtOnce(Work<SqliteConnection, T> work) {
        try {
            SqliteConnection idle = readers.poll();
            SqliteConnection connection = idle != null ? idle : connect(true);
            try {
                T result = commit(connection, work);
                readers.add(connection);
                return result;
            } catch (SQLException | RuntimeException e) {
                closeQuietly(connection);
                throw e;
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private SqliteConnection connect(boolean readOnly) throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout(WAIT_MILLIS_MAX);
        config.setJournalSizeLimit(LOG_BYTES_KEPT);
        config.setCacheSize(-(readOnly ? READER_CACHE_KIB : WRITER_CACHE_KIB));
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement
                    .execute(readOnly ? "PRAGMA query_only = true" : "PRAGMA wal_autocheckpoint = " + LOG_PAGES);
        }
        connection.setAutoCommit(false);
        return new SqliteConnection(connection);
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

    private static void closeQuietly(SqliteConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // It failed before, which is why it is closed.
        }
    }

    @Override
    public void close() {
        readers.forEach(SqliteFile::closeQuietly);
        readers.clear();
        writing.lock();
        try {
            writers.forEach(SqliteFile::closeQuietly);
            writers.clear();
        } finally {
            writing.unlock();
            lock.close();
        }
    }
}
