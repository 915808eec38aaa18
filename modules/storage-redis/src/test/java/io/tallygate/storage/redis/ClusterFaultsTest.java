package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.cluster.SlotHash;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster that serves on without one of its masters, and one that moves a slot. */
final class ClusterFaultsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int PARTITIONS = 16;
    private static final List<RowKey> COUNTERS = IntStream.range(0, 100)
            .mapToObj(i -> TestRows.of("r" + (100 + i), "likes")).toList();
    private static final long UNTOLD = -1;
    private static final long UNAVAILABLE = -2;
    private static final List<RedisClusterProcesses> CLUSTERS = new ArrayList<>();

    private final String prefix = Stores.freshPrefix();

    @BeforeAll
    static void startCluster() {
        CLUSTERS.add(new RedisClusterProcesses());
    }

    @AfterAll
    static void stopCluster() {
        CLUSTERS.forEach(RedisClusterProcesses::close);
        CLUSTERS.clear();
    }

    private static RedisProcess master(int i) {
        return CLUSTERS.getFirst().masters().get(i);
    }

    private LedgerStore filled() {
        LedgerStore store = Stores.open(master(0).uri(), true, PARTITIONS, TIMEOUT, prefix);
        new PatientStore(store).apply(new Flush(new FlushId("w", 1), Instant.EPOCH,
                List.of(new Posting(COUNTERS.stream().map(counter -> new Change.Add(counter, 7)).toList()))));
        return store;
    }

    private int slot(RowKey counter) {
        var keyspace = new Keyspace(prefix, PARTITIONS);
        return SlotHash.getSlot(keyspace.rows(keyspace.partition(counter), counter));
    }

    /** What was told of each counter. */
    private static AtomicLongArray readEach(LedgerStore store) {
        var told = new AtomicLongArray(LongStream.generate(() -> UNTOLD).limit(COUNTERS.size()).toArray());
        store.readEach(COUNTERS, new LedgerStore.Readout() {
            @Override
            public void value(int place, long value) {
                told.set(place, value);
            }

            @Override
            public void failed(int place, RuntimeException failure) {
                assertThat(failure).isInstanceOf(StoreUnavailableException.class);
                told.set(place, UNAVAILABLE);
            }
        });
        return told;
    }

    @Test
    void readEach_oneMasterGone_answersTheOthersAndStaysReady() {
        try (LedgerStore store = filled()) {
            // The slots from two thirds on are the third one's.
            int first = 2 * SlotHash.SLOT_COUNT / 3;
            master(2).freeze();
            try {
                assertOnlyLostOnesFail(store, first);
                store.ping();
                Await.until("its slots are given up", () -> master(0).ask(redis -> redis.clusterInfo())
                        .contains("cluster_slots_fail:" + (SlotHash.SLOT_COUNT - first)));
                assertOnlyLostOnesFail(store, first);
                store.ping();
                assertAllPartitionsAreUnavailable(store);
            } finally {
                master(2).thaw();
            }
            Await.until("all answer again", () -> IntStream.range(0, COUNTERS.size())
                    .allMatch(i -> readEach(store).get(i) == 7));
        }
    }

    private static void assertAllPartitionsAreUnavailable(LedgerStore store) {
        List<Change.Add> elsewhere = COUNTERS.stream().map(row -> TestRows.of(row.id(), "views"))
                .map(row -> new Change.Add(row, 1)).toList();
        List<ThrowingCallable> calls = List.of(
                () -> store.apply(new Flush(new FlushId("w", 2), Instant.EPOCH, List.of(new Posting(elsewhere)))),
                () -> store.readDocuments(COUNTERS.stream()
                        .map(row -> new RowKey(TestRows.PAPERS, row.section(), row.id(), row.home())).toList()),
                () -> store.list(TestRows.PAPERS, "likes", "", 1), () -> store.list(TestRows.COUNTERS, "likes", "", 1),
                () -> store.listThrough(TestRows.OTHERS, "z", 1), () -> store.listThrough(TestRows.COUNTERS, "z", 1),
                () -> store.sweep(TestRows.PAPERS, "z", 1), () -> store.sweep(TestRows.COUNTERS, "z", 1_000),
                () -> store.rank(TestRows.COUNTERS, "likes", 1));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class);
        }
    }

    private void assertOnlyLostOnesFail(LedgerStore store, int firstLost) {
        AtomicLongArray told = readEach(store);
        for (int i = 0; i < COUNTERS.size(); i++) {
            assertThat(told.get(i)).as("%s", COUNTERS.get(i))
                    .isEqualTo(slot(COUNTERS.get(i)) >= firstLost ? UNAVAILABLE : 7);
        }
    }

    @Test
    void readEach_slotOnItsWayToAnotherMaster_answersAll() {
        try (LedgerStore store = filled()) {
            RowKey counter = COUNTERS.stream().filter(c -> slot(c) < SlotHash.SLOT_COUNT / 3).findFirst()
                    .orElseThrow();
            String from = master(0).ask(redis -> redis.clusterMyId());
            String to = master(1).ask(redis -> redis.clusterMyId());
            master(1).ask(redis -> redis.clusterSetSlotImporting(slot(counter), from));
            master(0).ask(redis -> redis.clusterSetSlotMigrating(slot(counter), to));
            try {
                for (String key : master(0).ask(redis -> redis.clusterGetKeysInSlot(slot(counter), 100))) {
                    master(0).ask(redis -> redis.migrate("127.0.0.1", master(1).port(), key, 0, 1_000));
                }
                assertThat(IntStream.range(0, COUNTERS.size()).mapToLong(readEach(store)::get)).containsOnly(7L);
            } finally {
                for (int i = 0; i < 3; i++) {
                    master(i).ask(redis -> redis.clusterSetSlotNode(slot(counter), to));
                }
            }
            Await.until("the slot is where it went", () -> readEach(store).get(COUNTERS.indexOf(counter)) == 7);
        }
    }
}
