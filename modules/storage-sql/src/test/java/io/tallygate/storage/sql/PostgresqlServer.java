package io.tallygate.storage.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real PostgreSQL, started for a test class on a free port. */
final class PostgresqlServer implements AutoCloseable {

    private final EmbeddedPostgres server;
    private final List<Long> frozen = new ArrayList<>();

    PostgresqlServer() {
        try {
            this.server = EmbeddedPostgres.builder().setServerConfig("max_connections", "60").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    PostgresqlSettings settings(int port, Duration timeout) {
        return new PostgresqlSettings("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "", 4,
                timeout);
    }

    PostgresqlSettings settings() {
        return settings(server.getPort(), Duration.ofSeconds(2));
    }

    void execute(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Connection connect() throws SQLException {
        return server.getPostgresDatabase().getConnection();
    }

    /** Stops every process of the server, as a machine that hangs would. */
    void freeze() throws IOException, InterruptedException {
        long postmaster = postmaster();
        frozen.add(postmaster);
        ProcessHandle.of(postmaster).orElseThrow().descendants().forEach(child -> frozen.add(child.pid()));
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT");
        frozen.clear();
    }

    private void signal(String signal) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        frozen.forEach(pid -> command.add(pid.toString()));
        if (!new ProcessBuilder(command).start().waitFor(5, TimeUnit.SECONDS)) {
            throw new IllegalStateException("kill did not end");
        }
    }

    private long postmaster() {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return ProcessHandle.of(rows.getLong(1)).flatMap(ProcessHandle::parent).orElseThrow().pid();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
