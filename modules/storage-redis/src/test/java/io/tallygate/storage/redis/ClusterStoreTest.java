package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.counter.Change;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore;
import io.tallygate.counter.CounterStoreStressContract;
import io.tallygate.counter.Flush;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
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
final class ClusterStoreTest extends CounterStoreStressContract {

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
    protected CounterStore open() {
        return Stores.open(CLUSTERS.getFirst().masters().getLast().uri(), true, 16, Duration.ofSeconds(20), prefix);
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
                .<Change>mapToObj(i -> Change.Add.single(new CounterKey("r" + (100 + i), "likes"), 1)).toList();
        CounterStore store = open();
        try (store) {
            var patient = new PatientStore(store);
            patient.apply(new Flush(new FlushId("w", 1), Instant.EPOCH, adds, List.of()));
            CLUSTERS.getFirst().masters().get(1).restart();
            var second = new Flush(new FlushId("w", 2), Instant.EPOCH, adds, List.of());
            Await.until("the second flush is answered", () -> {
                try {
                    return patient.apply(second).changes().value(0) == 2;
                } catch (StoreUnavailableException e) {
                    return false;
                }
            });
            assertThat(store.read(adds.stream().map(Change::counter).toList())).containsOnly(2);
        }
    }
}
