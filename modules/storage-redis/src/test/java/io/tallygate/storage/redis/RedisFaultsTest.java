package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.api.sync.RedisCommands;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.Results;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.StaleFlushException;
import io.tallygate.ledger.TestRows;
import io.tallygate.ledger.WrongTypeException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store does when its server is frozen, killed, forgetful, full or holds what it should not. */
final class RedisFaultsTest {

    private static final RowKey A = TestRows.of("a", "likes");
    private static final RowKey B = TestRows.of("b", "likes");
    /** Of a store whose server is taken away; what works may take long on a busy machine. */
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final int PARTITIONS = 3;
    private static final long WRONG = Long.MIN_VALUE;
    private static final long EXACT = 1L << 53;
    private static final long FAR = 1L << 62;
    private static final List<RedisProcess> SERVERS = new ArrayList<>();

    private final Instant now = InstantSource.system().instant();
    private final String prefix = Stores.freshPrefix();
    private long sequence;
    private LedgerStore store = Stores.standalone(server().uri(), PARTITIONS, prefix);

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start());
    }

    @AfterAll
    static void stopServer() {
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    @BeforeEach
    void warmUp() {
        store.ping();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static RedisProcess server() {
        return SERVERS.getFirst();
    }

    private Flush flush(Change... changes) {
        return new Flush(new FlushId("writer", ++sequence), now,
                List.of(new Posting(Stream.of(changes).sorted(Comparator.comparing(Change::row)).toList())));
    }

    private Outcomes apply(Change... changes) {
        return Results.plain(store.apply(flush(changes)));
    }

    private LedgerStore hasty() {
        return Stores.open(server().uri(), false, PARTITIONS, TIMEOUT, prefix);
    }

    private void awaitAvailable() {
        new PatientStore(store).awaitAvailable();
    }

    @Test
    void apply_thatMustBeReplicated_isAnsweredOnceTheReplicaHasIt() {
        String own = Stores.freshPrefix();
        try (RedisProcess replica = RedisProcess.start();
                LedgerStore replicated = Stores.replicated(server().uri(), 1, Duration.ofSeconds(5), own);
                LedgerStore hurried = Stores.replicated(server().uri(), 1, TIMEOUT, own)) {
            var first = new Flush(new FlushId("w", 1), now, List.of(new Posting(List.of(new Add(A, 1)))));
            assertThatThrownBy(() -> hurried.apply(first)).isInstanceOf(StoreUnavailableException.class);

            replica.ask(redis -> redis.replicaof("127.0.0.1", server().port()));
            Await.until("the replica follows", () -> replica.ask(redis -> redis.info("replication"))
                    .contains("master_link_status:up"));
            assertThat(replicated.apply(first).replayed()).isTrue();
            assertThat(replicated.read(List.of(A))).containsExactly(1);

            replica.freeze();
            var second = new Flush(new FlushId("w", 2), now, List.of(new Posting(List.of(new Add(A, 1)))));
            assertThatThrownBy(() -> hurried.apply(second)).isInstanceOf(StoreUnavailableException.class);
            replica.thaw();
            assertThat(replicated.apply(second).replayed()).isTrue();
            assertThat(replicated.read(List.of(A))).containsExactly(2);
        }
    }

    @Test
    void apply_serverForgotTheScript_sendsItAgain() {
        apply(new Add(A, 1), new Add(B, 1));
        server().ask(redis -> redis.scriptFlush());
        assertThat(apply(new Add(A, 1), new Add(B, 1))).isEqualTo(Outcomes.applied(2, 2));
    }

    @Test
    void apply_frozenServer_failsWithinItsTimeoutAndCountsOnceAfterwards() {
        Flush flush = flush(new Add(A, 1), new Add(B, 1));
        try (LedgerStore hasty = hasty()) {
            server().freeze();
            for (int i = 0; i < 4; i++) {
                long start = System.nanoTime();
                assertThatThrownBy(() -> hasty.apply(flush)).isInstanceOf(StoreUnavailableException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(20));
            }
            Await.until("commands are refused at once", () -> {
                long start = System.nanoTime();
                assertThatThrownBy(() -> hasty.apply(flush)).isInstanceOf(StoreUnavailableException.class);
                return System.nanoTime() - start < TIMEOUT.toNanos() / 2;
            });
            server().thaw();
            new PatientStore(hasty).awaitAvailable();
        } finally {
            server().thaw();
        }
        awaitAvailable();
        assertThat(Results.plain(store.apply(flush))).isEqualTo(Outcomes.applied(1, 1));
        assertThat(store.read(List.of(A, B))).containsExactly(1, 1);
    }

    @Test
    void apply_killedServer_failsAtOnceAndGoesOnAfterItsRestart() throws IOException {
        apply(new Add(A, 5));
        server().kill();
        Flush flush = flush(new Add(A, 1));
        Await.until("the connection is lost", () -> {
            long start = System.nanoTime();
            assertThatThrownBy(() -> store.apply(flush)).isInstanceOf(StoreUnavailableException.class);
            return System.nanoTime() - start < TIMEOUT.toNanos() / 2;
        });
        assertThatThrownBy(() -> store.read(List.of(A))).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store.rank(TestRows.COUNTERS, "likes", 1))
                .isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(store::ping).isInstanceOf(StoreUnavailableException.class);
        server().restart();
        awaitAvailable();
        assertThat(Results.plain(store.apply(flush))).isEqualTo(Outcomes.applied(6));
    }

    @Test
    void apply_interruptedWhileItWaits_isUnavailableAndStaysInterrupted() {
        server().freeze();
        try {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> store.apply(flush(new Add(A, 1))))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            server().thaw();
        }
    }

    @Test
    void apply_fullServer_changesNothingAndSucceedsWhenThereIsRoom() {
        apply(new Add(A, 1), new Add(B, 1));
        Flush flush = flush(new Add(A, 1), new Add(B, 1));
        server().ask(redis -> redis.configSet("maxmemory", "1"));
        try {
            assertThatThrownBy(() -> store.apply(flush)).isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("maxmemory");
        } finally {
            server().ask(redis -> redis.configSet("maxmemory", "0"));
        }
        assertThat(Results.plain(store.apply(flush))).isEqualTo(Outcomes.applied(2, 2));
    }

    @Test
    void open_serverThatTakesNoWrites_isReadAndSucceedsWhenItDoes() {
        apply(new Add(A, 1));
        assertReadOnlyUntil("maxmemory", redis -> redis.configSet("maxmemory", "1"),
                redis -> redis.configSet("maxmemory", "0"));
        assertReadOnlyUntil("READONLY", redis -> redis.replicaof("127.0.0.1", 1), RedisCommands::replicaofNoOne);
        assertReadOnlyUntil("NOREPLICAS", redis -> redis.configSet("min-replicas-to-write", "1"),
                redis -> redis.configSet("min-replicas-to-write", "0"));
    }

    private void assertReadOnlyUntil(String words, Function<RedisCommands<String, String>, String> fail,
            Function<RedisCommands<String, String>, String> heal) {
        long before = store.read(List.of(A))[0];
        Flush flush = flush(new Add(A, 1));
        server().ask(fail);
        try (RedisLedgerStore opened = Stores.open(server().uri(), false, PARTITIONS, TIMEOUT, prefix)) {
            assertThat(opened.read(List.of(A))).containsExactly(before);
            assertThatThrownBy(() -> opened.apply(flush)).isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(words);
        } finally {
            server().ask(heal);
        }
        assertThat(Results.plain(store.apply(flush))).isEqualTo(Outcomes.applied(before + 1));
    }

    private static Outcomes outcomes(@Nullable Refusal wrong, long... values) {
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        for (int i = 0; i < values.length; i++) {
            refusals[i] = values[i] == WRONG ? wrong : null;
        }
        // There is no value to tell.
        return Outcomes.of(LongStream.of(values).map(value -> value == WRONG ? 0 : value).toArray(), refusals);
    }

    private String hash(RowKey counter) {
        var keyspace = new Keyspace(prefix, PARTITIONS);
        return keyspace.rows(keyspace.partition(counter), counter);
    }

    @Test
    void apply_counterThatIsNoNumber_isRefusedAloneAndSaysSo() {
        server().ask(redis -> redis.hset(hash(A), "a", "text"));
        assertThat(apply(new Add(A, 1), new Add(A, 1, -9, 9), new Add(A, 1, 0, 5), new Add(B, 1)))
                .isEqualTo(outcomes(Refusal.WRONG_TYPE, WRONG, WRONG, WRONG, 1));
        assertThatThrownBy(() -> store.read(List.of(A))).isInstanceOf(WrongTypeException.class)
                .hasMessageContaining(hash(A));
        assertThat(store.rank(TestRows.COUNTERS, "likes", 5)).containsExactly(new LedgerStore.Ranked("b", 1));
        assertThat(apply(new Change.Delete(A), new Add(A, 1))).isEqualTo(Outcomes.applied(0, 1));
    }

    @Test
    void apply_hashOfAnotherType_isRefusedAloneAndSaysSo() {
        server().ask(redis -> redis.set(hash(A), "text"));
        var elsewhere = TestRows.of("a", "views");
        assertThat(apply(new Add(A, 1), new Add(A, 1, -9, 9), new Add(A, 1, 0, 5), new Change.Delete(A),
                new Add(elsewhere, 1)))
                .isEqualTo(outcomes(Refusal.WRONG_TYPE, WRONG, WRONG, WRONG, WRONG, 1));
        assertThatThrownBy(() -> store.read(List.of(elsewhere, A))).isInstanceOf(WrongTypeException.class)
                .hasMessageContaining("WRONGTYPE").hasMessageContaining(hash(A));
        assertThatThrownBy(() -> store.rank(TestRows.COUNTERS, "likes", 5)).isInstanceOf(WrongTypeException.class);
        assertThat(store.read(List.of(elsewhere))).containsExactly(1);
    }

    @Test
    void readEach_hashOfAnotherType_failsAlone() {
        apply(new Add(TestRows.of("a", "views"), 7));
        server().ask(redis -> redis.set(hash(A), "text"));
        var found = new ConcurrentHashMap<Integer, Object>();
        store.readEach(List.of(A, TestRows.of("a", "views"), A), new LedgerStore.Readout() {
            @Override
            public void value(int place, long value) {
                found.put(place, value);
            }

            @Override
            public void failed(int place, RuntimeException failure) {
                found.put(place, failure.getClass());
            }
        });
        assertThat(found).isEqualTo(Map.of(0, WrongTypeException.class, 1, 7L, 2, WrongTypeException.class));
    }

    @Test
    void apply_recordOfARequestOfAnotherType_isRefusedAlone() {
        var keyspace = new Keyspace(prefix, PARTITIONS);
        for (String bad : List.of("garbage", "\u0001")) {
            server().ask(redis -> redis.set(keyspace.claim(keyspace.partition(bad), bad), bad));
        }
        server().ask(redis -> redis.hset(keyspace.claim(keyspace.partition("hash"), "hash"), "a", "b"));
        var plain = new Posting(List.of(new Add(A, 1)));
        Flush flush = new Flush(new FlushId("writer", ++sequence), now, Stream.concat(Stream.of(plain), Stream
                .of("garbage", "\u0001", "hash", "good").map(id -> new Posting(new IdempotencyKey(id, "print"),
                        List.of(new Add(A, 1), new Add(B, 1)))))
                .toList());
        var refused = new PostingResult.Committed(outcomes(Refusal.WRONG_TYPE, WRONG, WRONG));
        FlushResult result = store.apply(flush);
        assertThat(result.postings()).containsExactly(new PostingResult.Committed(Outcomes.applied(1)), refused,
                refused,
                refused,
                new PostingResult.Committed(Outcomes.applied(2, 1)));
        assertThat(store.apply(flush)).isEqualTo(result.asReplayed());
        assertThat(store.read(List.of(A, B))).containsExactly(2, 1);
    }

    @Test
    void apply_guardOfAnotherType_isStaleAndChangesNothing() {
        var keyspace = new Keyspace(prefix, PARTITIONS);
        String guard = keyspace.flushGuard(keyspace.partition(A), "writer");
        server().ask(redis -> redis.hset(guard, "a", "b"));
        assertThatThrownBy(() -> apply(new Add(A, 1))).isInstanceOf(StaleFlushException.class);
        server().ask(redis -> redis.del(guard));
        Flush flush = flush(new Add(A, 1));
        server().ask(redis -> redis.set(guard, FlushScript.Stamp.of(flush).sequence() + "\u00c1"));
        assertThatThrownBy(() -> store.apply(flush)).isInstanceOf(StaleFlushException.class);
        assertThat(store.read(List.of(A))).containsExactly(0);
    }

    @Test
    void apply_somePartsOvertakenOthersApplied_isUnknown() {
        var keyspace = new Keyspace(prefix, PARTITIONS);
        assertThat(keyspace.partition(A)).isNotEqualTo(keyspace.partition(B));
        store.apply(new Flush(new FlushId("same", 2), now, List.of(new Posting(List.of(new Add(A, 1)))), 17));
        var flush = new Flush(new FlushId("same", 1), now, List.of(new Posting(List.of(new Add(A, 1), new Add(B, 1)))),
                18);
        assertThatThrownBy(() -> store.apply(flush)).isInstanceOf(UnknownOutcomeException.class);
        assertThatThrownBy(() -> store.apply(flush)).isInstanceOf(UnknownOutcomeException.class);
        assertThat(store.read(List.of(A, B))).containsExactly(1, 1);
    }

    @Test
    void apply_valuesAroundTheLimitOfDoubles_areExact() {
        apply(new Add(A, EXACT - 2), new Add(B, -EXACT + 2));
        for (long step = 1; step < 6; step++) {
            assertThat(apply(new Add(A, 1), new Add(B, -1, -FAR, FAR)))
                    .isEqualTo(Outcomes.applied(EXACT - 2 + step, -EXACT + 2 - step));
        }
        assertThat(apply(new Add(A, 1L << 61, -FAR, FAR), new Add(A, 1), new Add(A, -(1L << 61), -FAR, FAR)))
                .isEqualTo(Outcomes.applied((1L << 61) + EXACT + 3, (1L << 61) + EXACT + 4, EXACT + 4));
        assertThat(store.read(List.of(A, B))).containsExactly(EXACT + 4, -EXACT - 3);
    }

    @Test
    void apply_crashBetweenClaimAndEffect_isCompletedByTheSameRequest() {
        var keyspace = new Keyspace(prefix, PARTITIONS);
        List<Add> adds = IntStream.range(0, 20).mapToObj(i -> new Add(TestRows.of("r" + i, "likes"), i + 1))
                .toList();
        var request = new Posting(new IdempotencyKey("request", "print"), adds);
        store.apply(new Flush(new FlushId("crashed", 1), now, List.of(request)));
        var first = store.read(adds.stream().map(Add::row).toList());
        // What a crash leaves when one partition's script never ran: the claim, and the others' records.
        int lost = keyspace.partition(adds.getFirst().row());
        server().ask(
                redis -> redis.del(keyspace.record(lost, "request"), keyspace.rows(lost, TestRows.COUNTERS, "likes")));

        store.apply(new Flush(new FlushId("another", 1), now.plusSeconds(5), List.of(request)));
        assertThat(store.read(adds.stream().map(Add::row).toList())).isEqualTo(first);
    }

    @Test
    void apply_moreThanOneScriptMayDo_isRefusedWithoutEffect() {
        List<Change> changes = IntStream.rangeClosed(0, Part.CHANGES_MAX * PARTITIONS)
                .<Change>mapToObj(i -> new Add(TestRows.of("r" + i, "likes"), 1)).toList();
        assertThatThrownBy(() -> store.apply(new Flush(new FlushId("large", 1), now, List.of(new Posting(changes)))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store.rank(TestRows.COUNTERS, "likes", 1)).isEmpty();
    }

    @Test
    void guardsAndRecords_expire() {
        var request = new Posting(new IdempotencyKey("request", "print"), List.of(new Add(A, 1)));
        store.apply(new Flush(new FlushId("writer", 1), now, List.of(new Posting(List.of(new Add(A, 1))), request)));
        List<String> keys = server().ask(redis -> redis.keys("{" + prefix + ":*"));
        assertThat(keys).hasSize(5);
        assertThat(keys).filteredOn(key -> !key.contains(":counters:"))
                .allSatisfy(key -> assertThat(server().<Long>ask(redis -> redis.ttl(key)))
                        .isBetween(Duration.ofHours(24).toSeconds(), Duration.ofDays(7).toSeconds()));
    }
}
