package io.tallygate.storage.sql;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Book;
import io.tallygate.storage.sql.Database.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * One SQLite file, which belongs to one process: one connection writes, a few read what it has. Thread-safe.
 *
 * <p>{@link #writing} guards {@link #writers}, which holds the connection that writes, or none after one failed: the
 * next write opens another.
 *
 * <p>Before its first write, {@link #prepare}, it is only read, and changes nothing in the directory: SQLite's own log
 * would need room on the disk, also to read. While there is no log, the file is read as one that nobody changes.
 */
final class SqliteFile implements AutoCloseable {

    private static final Migrations MIGRATIONS = new Migrations("sqlite", 4,
            "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'");
    private static final int READERS_MAX = 4;
    private static final int WAIT_MILLIS_MAX = 5_000;
    private static final int WRITER_CACHE_KIB = 16 * 1024;

    /** Room for the inner pages of some 10<sup>7</sup> counters, so that a row is one page away. */
    private static final int READER_CACHE_KIB = 4 * 1024;

    /** How long SQLite's own log grows before its pages go to the file: 16 MiB. Hot pages are written less often so. */
    private static final int LOG_PAGES = 4_000;

    private static final int LOG_BYTES_KEPT = 64 * 1024 * 1024;

    private final Path file;
    private final Collection<Book> books;
    private final FileLock lock;
    private final ReentrantLock writing = new ReentrantLock();
    private final Deque<SqliteConnection> writers = new ArrayDeque<>(1);
    private final Semaphore reading = new Semaphore(READERS_MAX, true);
    private final ConcurrentLinkedQueue<SqliteConnection> readers = new ConcurrentLinkedQueue<>();
    private volatile @Nullable OpenedFile opened;

    private SqliteFile(Path file, Collection<Book> books, FileLock lock) {
        this.file = file;
        this.books = List.copyOf(books);
        this.lock = lock;
    }

    /**
     * Takes {@code tallygate.db} in a directory, which is made when it is missing; the file is not.
     *
     * @param books have tables after {@link #prepare}
     * @throws IllegalStateException when another process has it open
     * @throws IOException           when the directory cannot be used
     */
    static SqliteFile open(Path directory, Collection<Book> books) throws IOException {
        return new SqliteFile(directory.resolve("tallygate.db"), books, FileLock.take(directory));
    }

    boolean exists() {
        return Files.exists(file);
    }

    /**
     * Opens the file for writing, for the first time: makes it when it is missing, brings its schema to this version, and
     * does some work, all or nothing. Fails as {@link Database#write} does, and can be repeated.
     */
    <T> T prepare(Work<SqliteConnection, T> work) {
        // None may read it as a file that nobody changes while it is changed.
        try {
            if (!reading.tryAcquire(READERS_MAX, WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                throw unavailable(new SQLException("it was read for " + WAIT_MILLIS_MAX + " ms"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
        try {
            T result = write(connection -> {
                MIGRATIONS.apply(connection.connection());
                connection.makeTables(books);
                return work.on(connection);
            });
            readers.forEach(SqliteFile::closeQuietly);
            readers.clear();
            opened = new OpenedFile(file);
            return result;
        } catch (IOException e) {
            throw unavailable(e);
        } finally {
            reading.release(READERS_MAX);
        }
    }

    /** Brings everything into the file itself, so that a copy of it alone has that too; nobody may be reading. */
    void mergeLog() {
        write(connection -> {
            connection.connection().commit();
            connection.connection().setAutoCommit(true);
            try (Statement statement = connection.connection().createStatement()) {
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            } finally {
                connection.connection().setAutoCommit(false);
            }
            return 1;
        });
    }

    /** @throws StoreUnavailableException when the file is not where it was opened */
    void requireInPlace() {
        OpenedFile current = opened;
        try {
            if (current != null) {
                current.requireInPlace();
            }
        } catch (IOException e) {
            throw unavailable(e);
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
            connection.commit();
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
        if (readOnly && opened == null) {
            return connectUnprepared();
        }
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout(WAIT_MILLIS_MAX);
        config.setJournalSizeLimit(LOG_BYTES_KEPT);
        config.setCacheSize(-(readOnly ? READER_CACHE_KIB : WRITER_CACHE_KIB));
        if (opened != null) {
            // One that was deleted is not made again, empty, behind the back of those who still have it open.
            config.resetOpenMode(SQLiteOpenMode.CREATE);
        }
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement
                    .execute(readOnly ? "PRAGMA query_only = true" : "PRAGMA wal_autocheckpoint = " + LOG_PAGES);
        }
        connection.setAutoCommit(false);
        return new SqliteConnection(connection);
    }

    private SqliteConnection connectUnprepared() throws SQLException {
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout(WAIT_MILLIS_MAX);
        config.setCacheSize(-READER_CACHE_KIB);
        Connection connection = config.createConnection(
                "jdbc:sqlite:file:" + file.toUri().getRawPath() + (hasLog() ? "" : "?immutable=1"));
        connection.setAutoCommit(false);
        return new SqliteConnection(connection);
    }

    private boolean hasLog() {
        try {
            return Files.size(file.resolveSibling(file.getFileName() + "-wal")) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private RuntimeException failure(SQLException e) {
        return passing(e)
                ? unavailable(e)
                : new IllegalStateException("SQLite: " + e.getMessage(), e);
    }

    private StoreUnavailableException unavailable(Exception e) {
        return new StoreUnavailableException(
                String.format(Locale.ROOT, "SQLite (%s) is not available: %s", file, e.getMessage()), e);
    }

    /**
     * Whether the machine failed, or the file is not as it should be, and not the statement's data: what a full disk, a
     * busy file or a missing table refuses now can succeed later.
     */
    private static boolean passing(SQLException e) {
        if (!(e instanceof SQLiteException failed)) {
            return false;
        }
        int primary = failed.getResultCode().code & 0xff;
        return primary == SQLiteErrorCode.SQLITE_BUSY.code || primary == SQLiteErrorCode.SQLITE_LOCKED.code
                || primary == SQLiteErrorCode.SQLITE_NOMEM.code || primary == SQLiteErrorCode.SQLITE_IOERR.code
                || primary == SQLiteErrorCode.SQLITE_FULL.code || primary == SQLiteErrorCode.SQLITE_CANTOPEN.code
                || primary == SQLiteErrorCode.SQLITE_READONLY.code || primary == SQLiteErrorCode.SQLITE_ERROR.code
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
