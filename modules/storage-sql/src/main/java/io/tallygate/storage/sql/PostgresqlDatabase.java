package io.tallygate.storage.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tallygate.kernel.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

/**
 * A PostgreSQL server, by a pool of connections. Thread-safe.
 *
 * <p>Every wait has an end: for a connection, to connect, for a statement (by the server, which also frees the rows that
 * it held), and for the server's answer, which is given a second more than the statement, so that a server that lives
 * answers first. A connection whose answer did not come is dropped.
 */
final class PostgresqlDatabase implements Database {

    private static final int VERSION = 1;

    private final HikariDataSource pool;

    private PostgresqlDatabase(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * Connects, and brings the schema to this version.
     *
     * @throws RuntimeException when either is not possible
     */
    static PostgresqlDatabase open(PostgresqlSettings.Parsed settings) {
        var database = new PostgresqlDatabase(new HikariDataSource(config(settings)));
        try {
            database.migrate();
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static HikariConfig config(PostgresqlSettings.Parsed settings) {
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
        config.setConnectionInitSql("SET statement_timeout = " + timeout.toMillis()
                + "; SET idle_in_transaction_session_timeout = " + timeout.multipliedBy(5).toMillis());
        config.addDataSourceProperty("socketTimeout", Long.toString(answerSeconds));
        config.addDataSourceProperty("connectTimeout", Long.toString(answerSeconds));
        config.addDataSourceProperty("loginTimeout", Long.toString(answerSeconds));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("ApplicationName", "tallygate");
        return config;
    }

    private void migrate() {
        run(false, connection -> {
            try (var statement = connection.createStatement()) {
                // Processes that start together take turns.
                statement.execute("SELECT pg_advisory_xact_lock(hashtext('tallygate.schema'))");
            }
            new Migrations("postgresql", VERSION).apply(connection);
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
            throw passing(e)
                    ? new StoreUnavailableException("PostgreSQL is not available: " + e.getMessage(), e)
                    : new IllegalStateException("PostgreSQL refused: " + e.getMessage(), e);
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

    /**
     * Whether the same flush can succeed later: connection lost (08), rolled back for others' sake (40), out of resources
     * (53), an object not in the state (55: locks, start-up), stopped by an operator or a timeout (57), a system error
     * (58), a server that became a standby (25006).
     */
    private static boolean passing(SQLException e) {
        String state = e.getSQLState();
        if (state == null || state.length() != 5) {
            return true;
        }
        return e instanceof SQLTransientConnectionException || state.equals("25006") || switch (state.substring(0, 2)) {
            case "08", "40", "53", "55", "57", "58" -> true;
            default -> false;
        };
    }

    @Override
    public int purge(long keysUntilMillis, long flushesUntilMillis, int limit) {
        return run(false, connection -> new PostgresqlSession(connection).purge(keysUntilMillis, flushesUntilMillis,
                limit));
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
