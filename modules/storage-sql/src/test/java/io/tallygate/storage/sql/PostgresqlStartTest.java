package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Databases that lack what counters need, at the start and later. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresqlStartTest {

    /** What version 0.1.0 had, too. */
    private static final List<Book> BOOKS = List.of(TestRows.COUNTERS);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(2);
    private static final RowKey A = TestRows.of("a", "likes");

    private final PostgresqlServer server = new PostgresqlServer();
    private int databases;

    @AfterAll
    void stop() {
        server.close();
    }

    private String newDatabase(String options) {
        String database = "start_" + ++databases;
        server.execute("CREATE DATABASE " + database + options);
        return database;
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + server.address().getPort() + "/" + database;
    }

    private void execute(String database, String sql) {
        try (var connection = DriverManager.getConnection(url(database), "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private LedgerStore open(String database, String user) {
        return new SqlLedgerStore(PostgresqlDatabase
                .open(new PostgresqlSettings(url(database), user, "", 2, STATEMENT_TIMEOUT), BOOKS), BOOKS);
    }

    private static Flush flush(long sequence) {
        return new Flush(new FlushId("w", sequence), Instant.EPOCH,
                List.of(new Posting(List.of(new Change.Add(A, 1)))));
    }

    /** The other process takes longer than a statement may. */
    @Test
    void open_whileAnotherProcessMakesTheTables_waitsAndFindsThem() throws Exception {
        String database = newDatabase("");
        try (var other = DriverManager.getConnection(url(database), "postgres", "")) {
            other.setAutoCommit(false);
            new PostgresqlStart(other, BOOKS).prepare();
            CompletableFuture<LedgerStore> opened = CompletableFuture.supplyAsync(() -> open(database, "postgres"));
            Await.until("it waits", () -> isWaiting(database));
            Thread.sleep(STATEMENT_TIMEOUT.plusMillis(500));
            other.commit();
            try (LedgerStore store = opened.get(60, TimeUnit.SECONDS)) {
                store.apply(flush(1));
            }
        }
    }

    private boolean isWaiting(String database) {
        try (var connection = DriverManager.getConnection(url(database), "postgres", "");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted")) {
            rows.next();
            return rows.getInt(1) > 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void open_databaseOfAnotherEncoding_isRefusedSayingWhatToDo() {
        String database = newDatabase(" ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        assertThatThrownBy(() -> open(database, "postgres")).hasMessageContaining("encoding is LATIN1")
                .hasMessageContaining("ENCODING 'UTF8'");
    }

    @Test
    void open_userWithoutRightsOnTheSchema_namesTheGrant() {
        String database = newDatabase("");
        execute(database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        server.execute("CREATE ROLE \"No Maker\" LOGIN");
        assertThatThrownBy(() -> open(database, "No Maker"))
                .hasMessageContaining("GRANT USAGE, CREATE ON SCHEMA public TO \"No Maker\"")
                .hasMessageNotContaining("Position");

        execute(database, "REVOKE USAGE ON SCHEMA public FROM PUBLIC");
        assertThatThrownBy(() -> open(database, "No Maker"))
                .hasMessageContaining("GRANT USAGE, CREATE ON SCHEMA public TO \"No Maker\"");

        execute(database, "GRANT USAGE, CREATE ON SCHEMA public TO \"No Maker\"");
        open(database, "No Maker").close();
    }

    @Test
    void open_userWithoutRightsOnTheTables_namesTheGrants() {
        String database = newDatabase("");
        open(database, "postgres").close();
        server.execute("CREATE ROLE guest LOGIN");
        assertThatThrownBy(() -> open(database, "guest"))
                .hasMessageContaining("GRANT SELECT ON schema_version TO guest");

        execute(database, "GRANT SELECT ON schema_version TO guest");
        execute(database, "GRANT SELECT ON counter TO guest");
        assertThatThrownBy(() -> open(database, "guest")).hasMessageContaining(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON counter, idempotency, flush_guard TO guest");

        execute(database, "GRANT SELECT, INSERT, UPDATE, DELETE ON counter, idempotency, flush_guard TO guest");
        try (LedgerStore store = open(database, "guest")) {
            store.apply(flush(1));
        }
    }

    @Test
    void open_userWhoMayNotConnect_namesTheGrant() {
        String database = newDatabase("");
        server.execute("REVOKE CONNECT ON DATABASE " + database + " FROM PUBLIC");
        server.execute("CREATE ROLE stranger LOGIN");
        assertThatThrownBy(() -> open(database, "stranger"))
                .hasMessageContaining("GRANT CONNECT ON DATABASE " + database + " TO stranger");
    }

    @Test
    void open_tableMissing_saysWhich() {
        String database = newDatabase("");
        open(database, "postgres").close();
        execute(database, "DROP TABLE flush_guard");
        assertThatThrownBy(() -> open(database, "postgres")).hasMessageContaining("table flush_guard is missing");
    }

    /** Before there were documents. */
    @Test
    void open_schema2_isTakenOverAndClosedToEarlierPrograms() throws SQLException {
        String database = newDatabase("");
        try (LedgerStore store = open(database, "postgres")) {
            store.apply(flush(1));
        }
        execute(database, "DELETE FROM schema_version WHERE version = 3");
        try (LedgerStore store = open(database, "postgres")) {
            assertThat(store.apply(flush(1)).replayed()).isTrue();
            store.apply(flush(2));
            assertThat(store.read(List.of(A))).containsExactly(2);
        }
        try (var connection = DriverManager.getConnection(url(database), "postgres", "")) {
            var earlier = new Migrations("postgresql", 2, "SELECT count(to_regclass('schema_version'))");
            assertThatThrownBy(() -> earlier.areApplied(connection)).hasMessageContaining("version 3, newer than the 2")
                    .hasMessageContaining("start the newer program");
        }
    }

    @Test
    void open_readOnlyDatabase_isReadAndRefusesWritesAsLongAsItIs() {
        String database = newDatabase("");
        try (LedgerStore store = open(database, "postgres")) {
            store.apply(flush(1));
        }
        server.execute("ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        try (LedgerStore store = open(database, "postgres")) {
            assertThat(store.read(List.of(A))).containsExactly(1);
            assertThatThrownBy(() -> store.apply(flush(2))).isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("read-only transaction");
            server.execute("ALTER DATABASE " + database + " RESET default_transaction_read_only");
            // The pool may still have sessions that began before.
            Await.until("it is applied", () -> isApplied(store, flush(2)));
            assertThat(store.read(List.of(A))).containsExactly(2);
        }
    }

    private static boolean isApplied(LedgerStore store, Flush flush) {
        try {
            store.apply(flush);
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    @Test
    void apply_tableRenamed_isUnavailableAndAppliedOnceItIsBack() {
        String database = newDatabase("");
        try (LedgerStore store = open(database, "postgres")) {
            store.apply(flush(1));
            execute(database, "ALTER TABLE counter RENAME TO elsewhere");
            assertThatThrownBy(() -> store.apply(flush(2))).isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("\"counter\" does not exist").hasMessageNotContaining("Position");
            execute(database, "ALTER TABLE elsewhere RENAME TO counter");
            store.apply(flush(2));
            assertThat(store.read(List.of(A))).containsExactly(2);
        }
    }

    @Test
    void apply_rightTakenAway_isUnavailableAndAppliedOnceItIsGiven() {
        String database = newDatabase("");
        open(database, "postgres").close();
        server.execute("CREATE ROLE writer LOGIN");
        execute(database, "GRANT SELECT ON schema_version TO writer");
        execute(database, "GRANT SELECT, INSERT, UPDATE, DELETE ON counter, idempotency, flush_guard TO writer");
        try (LedgerStore store = open(database, "writer")) {
            execute(database, "REVOKE INSERT ON counter FROM writer");
            assertThatThrownBy(() -> store.apply(flush(1))).isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("permission denied");
            execute(database, "GRANT INSERT ON counter TO writer");
            store.apply(flush(1));
            assertThat(store.read(List.of(A))).containsExactly(1);
        }
    }
}
