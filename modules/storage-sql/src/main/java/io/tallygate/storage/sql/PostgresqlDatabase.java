package io.tallygate.storage.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.tallygate.ledger.Book;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A PostgreSQL server, by a pool of connections. Thread-safe.
 *
 * <p>Every wait has an end: for a connection, to connect, for a statement (by the server, which also frees the rows that
 * it held), and for the server's answer, which is given a second more than the statement, so that a server that lives
 * answers first. A connection whose answer did not come is dropped.
 */
final class PostgresqlDatabase implements Database {

    private final HikariDataSource pool;

    private PostgresqlDatabase(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * Connects, brings the schema to this version, makes tables of books that have none, and checks the database as {@link PostgresqlStart} does.
     *
     * @throws RuntimeException when either is not possible
     */
    static PostgresqlDatabase open(PostgresqlSettings settings, Collection<Book> books) {
        var database = new PostgresqlDatabase(connect(settings));
        try {
            database.prepare(books);
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static HikariDataSource connect(PostgresqlSettings settings) {
        try {
            return new HikariDataSource(config(settings));
        } catch (HikariPool.PoolInitializationException e) {
            throw e.getCause() instanceof SQLException reason ? refusal(reason, settings) : e;
        }
    }

    private static RuntimeException refusal(SQLException reason, PostgresqlSettings settings) {
        Properties named = Driver.parseURL(settings.url(), null);
        return PostgresqlFailure.NO_RIGHT.equals(reason.getSQLState()) && named != null
                ? new IllegalStateException(PostgresqlFailure.words(reason) + "; " + PostgresqlStart
                        .grant("CONNECT ON DATABASE " + PGProperty.PG_DBNAME.getOrDefault(named), settings.user()),
                        reason)
                : PostgresqlFailure.of(reason);
    }

    private static HikariConfig config(PostgresqlSettings settings) {
        Duration timeout = settings.timeout();
        long answerSeconds = timeout.plusMillis(999).toSeconds() + 1;
        var config = new HikariConfig();
        config.setPoolName("tallygate-postgresql");
        config.setDriverClassName("org.postgresql.Driver");
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setAutoCommit(false);
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(timeout.toMillis());
        config.setValidationTimeout(timeout.toMillis());
        config.setInitializationFailTimeout(timeout.toMillis());
        config.setExceptionOverride(new ReadOnlySessions());
        // Else the settings below would be part of a connection's first transaction, and go when that is rolled back.
        config.setIsolateInternalQueries(true);
        // The second is how long a transaction of a process that stands still keeps its rows from the others: less than
        // they wait for them. Between the statements of one lie microseconds, but for a process that has just started on a
        // machine without a free core.
        config.setConnectionInitSql("SET statement_timeout = " + timeout.toMillis()
                + "; SET idle_in_transaction_session_timeout = " + Math.max(1, timeout.toMillis() / 2));
        config.addDataSourceProperty("socketTimeout", Long.toString(answerSeconds));
        config.addDataSourceProperty("connectTimeout", Long.toString(answerSeconds));
        config.addDataSourceProperty("loginTimeout", Long.toString(answerSeconds));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("ApplicationName", "tallygate");
        return config;
    }

    private void prepare(Collection<Book> books) {
        run(false, connection -> {
            new PostgresqlStart(connection, books).prepare();
            return 1;
        });
    }

    @Override
    public <T> T write(Work<Session, T> work) {
        return run(false, connection -> work.on(new PostgresqlSession(connection)));
    }

    @Override
    public <T> T read(Work<Session, T> work) {
        return run(true, connection -> work.on(new PostgresqlSession(connection)));
    }

    private <T> T run(boolean autoCommit, Work<Connection, T> work) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(autoCommit);
            return autoCommit ? work.on(connection) : commit(connection, work);
        } catch (SQLException e) {
            throw PostgresqlFailure.of(e);
        }
    }

    private static <T> T commit(Connection connection, Work<Connection, T> work) throws SQLException {
        boolean committed = false;
        try {
            T result = work.on(connection);
            connection.commit();
            committed = true;
            return result;
        } finally {
            if (!committed) {
                rollBack(connection);
            }
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The connection is gone, and its transaction with it; what led here is already on its way.
        }
    }

    @Override
    public int purge(long keysUntilMillis, long flushesUntilMillis, int limit) {
        return run(false, connection -> new PostgresqlSession(connection).purge(keysUntilMillis, flushesUntilMillis,
                limit));
    }

    @Override
    public void ping() {
        read(session -> session.lastFlush(""));
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void close() {
        pool.close();
    }
}
