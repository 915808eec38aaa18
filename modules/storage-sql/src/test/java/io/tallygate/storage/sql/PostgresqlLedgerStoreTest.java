package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.CuttingProxy;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.LedgerStoreStressContract;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.Results;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.Worksheet;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The store kit on a real PostgreSQL, and its outages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresqlLedgerStoreTest extends LedgerStoreStressContract {

    private static final RowKey COUNTER = TestRows.of("a", "likes");

    private final PostgresqlServer server = new PostgresqlServer();
    private final List<CuttingProxy> proxies = new ArrayList<>();

    @BeforeAll
    void migrate() {
        open().close();
    }

    @AfterEach
    void clear() {
        proxies.forEach(CuttingProxy::close);
        server.execute("TRUNCATE counter, idempotency, flush_guard; DROP TABLE IF EXISTS book_example, book_paper");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    protected LedgerStore open() {
        return new SqlLedgerStore(PostgresqlDatabase.open(server.settings(), TestRows.BOOKS), TestRows.BOOKS);
    }

    @Override
    protected LedgerStore openLosingReplies(long seed) {
        CuttingProxy proxy = proxy(seed);
        LedgerStore store = open(proxy, Duration.ofSeconds(2));
        proxy.cutting(20_000);
        return store;
    }

    @Override
    protected int randomFlushes() {
        return 1_000;
    }

    private CuttingProxy proxy(long seed) {
        var proxy = new CuttingProxy(server.address(), seed);
        proxies.add(proxy);
        return proxy;
    }

    private LedgerStore open(CuttingProxy proxy, Duration timeout) {
        return new SqlLedgerStore(PostgresqlDatabase.open(server.settings(proxy.port(), timeout), TestRows.BOOKS),
                TestRows.BOOKS);
    }

    private static Flush flush(long sequence) {
        return new Flush(new FlushId("own", sequence), Instant.parse("2026-03-01T00:00:00Z"),
                List.of(new Posting(List.of(new Change.Add(COUNTER, 1)))));
    }

    @Test
    void apply_serverFrozen_isUnavailableInTimeAndAppliedOnceAfterwards() throws Exception {
        try (LedgerStore store = new SqlLedgerStore(
                PostgresqlDatabase.open(server.settings(server.address().getPort(), Duration.ofMillis(500)),
                        TestRows.BOOKS),
                TestRows.BOOKS)) {
            untilApplied(store, flush(1));
            server.freeze();
            long before = System.nanoTime();
            try {
                assertThatThrownBy(() -> store.apply(flush(2))).isInstanceOf(StoreUnavailableException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
            } finally {
                server.thaw();
            }
            untilApplied(store, flush(2));
            assertThat(store.read(List.of(COUNTER))).containsExactly(2);
        }
    }

    @Test
    void apply_allConnectionsCut_recoversWithoutARestart() {
        CuttingProxy proxy = proxy(1);
        try (LedgerStore store = open(proxy, Duration.ofSeconds(1))) {
            untilApplied(store, flush(1));
            proxy.close();
            assertThatThrownBy(() -> store.apply(flush(2))).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(store::ping).isInstanceOf(StoreUnavailableException.class);
        }
        try (LedgerStore store = open(proxy(2), Duration.ofSeconds(1))) {
            proxies.getLast().cutAll();
            untilApplied(store, flush(2));
            assertThat(store.read(List.of(COUNTER))).containsExactly(2);
        }
    }

    @Test
    void apply_rowHeldByAnother_isUnavailableInTime() throws Exception {
        try (LedgerStore store = new SqlLedgerStore(
                PostgresqlDatabase.open(server.settings(server.address().getPort(), Duration.ofMillis(500)),
                        TestRows.BOOKS),
                TestRows.BOOKS);
                var connection = server.connect();
                var statement = connection.createStatement()) {
            untilApplied(store, flush(1));
            connection.setAutoCommit(false);
            statement.execute("SELECT * FROM counter FOR UPDATE");
            assertThatThrownBy(() -> store.apply(flush(2))).isInstanceOf(StoreUnavailableException.class);
            connection.rollback();
            untilApplied(store, flush(2));
            assertThat(store.read(List.of(COUNTER))).containsExactly(2);
        }
    }

    /** The time-outs are the connection's, not those of its first transaction. */
    @Test
    void write_firstTransactionOfAConnectionFails_theNextHasItsTimeOuts() {
        try (Database database = PostgresqlDatabase.open(server.settings(), TestRows.BOOKS)) {
            var shown = database.write(first -> {
                // The first one is busy, so this takes a new connection, and the last one the same again.
                assertThatThrownBy(() -> database.write(second -> {
                    throw new IllegalStateException("rolled back");
                })).hasMessage("rolled back");
                return database.write(third -> show((PostgresqlSession) third, "statement_timeout"));
            });
            assertThat(shown).isEqualTo("2s");
        }
    }

    private static String show(PostgresqlSession session, String name) throws SQLException {
        try (PreparedStatement statement = session.prepare("SHOW " + name); ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** A busy row of a limit: what cannot be folded costs no round trip of its own. */
    @Test
    void apply_thousandBoundedChangesOfOneRow_takesThreeRoundTrips() throws SQLException {
        List<Change> changes = IntStream.range(0, 1_000).<Change>mapToObj(i -> new Change.Add(COUNTER, 1, 0, 700))
                .toList();
        var flush = new Flush(new FlushId("busy", 1), Instant.EPOCH, List.of(new Posting(changes)));
        var trips = new AtomicInteger();
        try (LedgerStore store = open(); Connection connection = server.connect()) {
            store.apply(flush(1));
            connection.setAutoCommit(false);
            FlushResult result = new FlushRun(flush, new PostgresqlSession(counting(connection, trips)), Recording.NONE)
                    .run();
            trips.incrementAndGet();
            connection.commit();
            assertThat(Results.plain(result).refusedCount()).isEqualTo(301);
            assertThat(trips).hasValueLessThanOrEqualTo(3);
            assertThat(store.read(List.of(COUNTER))).containsExactly(700);
            assertThat(store.apply(flush)).isEqualTo(result.asReplayed());
        }
    }

    /** As a reservation is: rows of three books, two of which are not there, and a key. */
    @Test
    void apply_postingsOfSeveralBooks_takeNoRoundTripForEachBook() throws SQLException {
        var posting = new Posting(null, Mode.ALL, List.of(new Change.Add(TestRows.ofSubject("acme", "used"), 1, 0, 9),
                new Change.Add(COUNTER, 1),
                new Change.Put(TestRows.paper("acme", "one"), 0, TestRows.document("held"))),
                Memo.EMPTY);
        var keyed = new Posting(new IdempotencyKey("k", "print"), Mode.ALL, posting.changes(), Memo.EMPTY);
        try (LedgerStore store = open()) {
            store.apply(flush(1));
            assertThat(roundTrips(new Flush(new FlushId("three", 1), Instant.EPOCH, List.of(posting)))).isEqualTo(3);
            // Its number, its key, its rows, its record, what is changed, and the commit.
            assertThat(roundTrips(new Flush(new FlushId("three", 2), Instant.EPOCH, List.of(keyed)))).isEqualTo(6);
            assertThat(store.read(List.of(COUNTER))).containsExactly(2);
            assertThat(store.readDocuments(List.of(TestRows.paper("acme", "one"))))
                    .containsExactly(new Versioned(1, TestRows.document("held")));
        }
    }

    private int roundTrips(Flush flush) throws SQLException {
        var trips = new AtomicInteger();
        try (Connection connection = server.connect()) {
            connection.setAutoCommit(false);
            var _ = new FlushRun(flush, new PostgresqlSession(counting(connection, trips)), Recording.NONE)
                    .run();
            connection.commit();
            return trips.incrementAndGet();
        }
    }

    /** Counts the statements that are sent; several in one text go together. */
    private static Connection counting(Connection connection, AtomicInteger trips) {
        return counting(Connection.class, connection, (method, result) -> method.equals("prepareStatement")
                ? counting(PreparedStatement.class, (PreparedStatement) result, (called, answer) -> {
                    trips.addAndGet(called.startsWith("execute") ? 1 : 0);
                    return answer;
                })
                : result);
    }

    private static <T> T counting(Class<T> type, T real, BiFunction<String, Object, Object> called) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
                (_, method, arguments) -> called.apply(method.getName(), method.invoke(real, arguments))));
    }

    @Test
    void apply_rowsOfAProcessThatStandsStill_areFreeBeforeItGoesOn() throws Exception {
        var goOn = new CountDownLatch(1);
        var holding = new CountDownLatch(1);
        var patient = server.settings(server.address().getPort(), Duration.ofSeconds(20));
        Database other = PostgresqlDatabase.open(patient, TestRows.BOOKS);
        try (LedgerStore store = new SqlLedgerStore(PostgresqlDatabase.open(patient, TestRows.BOOKS), TestRows.BOOKS);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            store.apply(flush(1));
            Future<?> standing = threads.submit(() -> other.write(session -> {
                session.readLocked(new Worksheet(flush(2).postings()));
                holding.countDown();
                await(goOn);
                return session.read(List.of(COUNTER));
            }));
            await(holding);
            store.apply(flush(2));
            assertThat(standing.isDone()).isFalse();
            goOn.countDown();
            assertThatThrownBy(standing::get).hasCauseInstanceOf(StoreUnavailableException.class);
        } finally {
            goOn.countDown();
            other.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void untilApplied(LedgerStore store, Flush flush) {
        Await.until("it is applied", () -> {
            try {
                store.apply(flush);
                return true;
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
    }
}
