package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.LedgerStoreStressContract;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Results;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The store test kit on a cluster of three masters. */
final class ClusterStoreTest extends LedgerStoreStressContract {

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

    @Override
    protected LedgerStore open() {
        return Stores.open(CLUSTERS.getFirst().masters().getLast().uri(), true, 16, Duration.ofSeconds(20), prefix);
    }

    @Override
    protected boolean divided() {
        return true;
    }

    @Test
    void open_clusterWithoutItsSetting_namesTheSetting() {
        String uri = CLUSTERS.getFirst().masters().getFirst().uri();
        assertThatThrownBy(() -> Stores.standalone(uri, 16, prefix)).hasMessageContaining(
                "tallygate.redis.cluster is false, but Redis at 127.0.0.1:"
                        + CLUSTERS.getFirst().masters().getFirst().port() + " is a node of a cluster");
    }

    @Test
    void apply_masterRestarts_goesOnWithWhatItStored() throws IOException {
        List<Change> adds = IntStream.range(0, 100)
                .<Change>mapToObj(i -> new Change.Add(TestRows.of("r" + (100 + i), "likes"), 1)).toList();
        LedgerStore store = open();
        try (store) {
            var patient = new PatientStore(store);
            patient.apply(new Flush(new FlushId("w", 1), Instant.EPOCH, List.of(new Posting(adds))));
            CLUSTERS.getFirst().masters().get(1).restart();
            var second = new Flush(new FlushId("w", 2), Instant.EPOCH, List.of(new Posting(adds)));
            Await.until("the second flush is answered", () -> {
                try {
                    return Results.plain(patient.apply(second)).value(0) == 2;
                } catch (StoreUnavailableException e) {
                    return false;
                }
            });
            assertThat(store.read(adds.stream().map(Change::row).toList())).containsOnly(2);
        }
    }
}
