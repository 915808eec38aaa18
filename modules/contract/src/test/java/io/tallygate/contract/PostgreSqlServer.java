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

/** A real PostgreSQL, one for the whole run, and in it a database of its own for each deployment. */
final class PostgreSqlServer implements StoreServer {

    private static final String USER = "postgres";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final EmbeddedPostgres server;
    private final String database;

    private PostgreSqlServer(EmbeddedPostgres server, String database) {
        this.server = server;
        this.database = database;
    }

    static PostgreSqlServer freshDatabase() {
        String name = "contract_" + DATABASES.incrementAndGet();
        execute(Shared.SERVER, "CREATE DATABASE " + name);
        return new PostgreSqlServer(Shared.SERVER, name);
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

    @Override
    public void dropSessions() {
        execute(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
    }

    @Override
    public void close() {
        execute(server, "DROP DATABASE " + database + " WITH (FORCE)");
    }

    private ProcessHandle postmaster() {
        try {
            String pid = Files.readAllLines(Shared.DATA_DIRECTORY.resolve("postmaster.pid")).getFirst().strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void execute(EmbeddedPostgres server, String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Started by the first that needs it; ends with the test's JVM. */
    private static final class Shared {

        static final EmbeddedPostgres SERVER = start();
        static final Path DATA_DIRECTORY = dataDirectory();

        private static EmbeddedPostgres start() {
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

        private static Path dataDirectory() {
            try (Connection connection = SERVER.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW data_directory")) {
                rows.next();
                return Path.of(rows.getString(1));
            } catch (SQLException e) {
                throw new IllegalStateException("where PostgreSQL keeps its data", e);
            }
        }
    }
}
