package io.tallygate.contract;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A database of its own for each deployment, in a real PostgreSQL: one for the whole run, or for a test that stops the
 * server one that nobody else uses.
 */
final class PostgreSqlServer implements StoreServer {

    private static final String USER = "postgres";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final EmbeddedPostgres server;
    private final boolean shared;
    private final String database = "contract_" + DATABASES.incrementAndGet();
    private final Path dataDirectory;

    private PostgreSqlServer(EmbeddedPostgres server, boolean shared) {
        this.server = server;
        this.shared = shared;
        execute("CREATE DATABASE " + database);
        // Now: a frozen server would not tell.
        this.dataDirectory = findDataDirectory();
    }

    static PostgreSqlServer freshDatabase() {
        return new PostgreSqlServer(Shared.SERVER, true);
    }

    static PostgreSqlServer freshServer() {
        return new PostgreSqlServer(startServer(), false);
    }

    @Override
    public Map<String, String> settings() {
        return settingsThrough(server.getPort());
    }

    @Override
    public Map<String, String> settingsThrough(int listeningPort) {
        return Map.of(Launch.STORE, "postgresql", Launch.POSTGRESQL_URL,
                "jdbc:postgresql://127.0.0.1:" + listeningPort + "/" + database, Launch.POSTGRESQL_USER, USER,
                Launch.POSTGRESQL_PASSWORD, USER);
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public void freeze() {
        ProcessHandle parent = postmaster();
        // The parent first, so that it starts no child that this would miss.
        Signals.send("STOP", List.of(parent));
        Signals.send("STOP", parent.descendants().toList());
    }

    @Override
    public void thaw() {
        ProcessHandle parent = postmaster();
        Signals.send("CONT", Stream.concat(parent.descendants(), Stream.of(parent)).toList());
    }

    /** A session that is open keeps what it began with. */
    @Override
    public void refuseWrites() {
        execute("ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        dropSessions();
    }

    @Override
    public void takeWrites() {
        execute("ALTER DATABASE " + database + " RESET default_transaction_read_only");
    }

    @Override
    public void dropSessions() {
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
    }

    @Override
    public void close() {
        execute("DROP DATABASE " + database + " WITH (FORCE)");
        if (!shared) {
            closeServer();
        }
    }

    private ProcessHandle postmaster() {
        try {
            String pid = Files.readAllLines(dataDirectory.resolve("postmaster.pid")).getFirst().strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private Path findDataDirectory() {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW data_directory")) {
            rows.next();
            return Path.of(rows.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException("where PostgreSQL keeps its data", e);
        }
    }

    private static EmbeddedPostgres startServer() {
        try {
            // The library's defaults trade durability for speed; a commit should mean here what it means to a user.
            return EmbeddedPostgres.builder().setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on").setServerConfig("shared_buffers", "64MB")
                    .setServerConfig("max_connections", "60").setServerConfig("listen_addresses", "127.0.0.1")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeServer() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Started by the first that needs it; ends with the test's JVM. */
    private static final class Shared {

        static final EmbeddedPostgres SERVER = startServer();
    }
}
