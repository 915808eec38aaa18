package io.tallygate.storage.redis;

import io.tallygate.kernel.Await;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A real Redis Cluster of three masters. */
final class RedisClusterProcesses implements AutoCloseable {

    private static final int SLOTS = 16_384;

    private final List<RedisProcess> masters = Stream
            .generate(() -> RedisProcess.start("--cluster-enabled", "yes", "--cluster-node-timeout", "2000",
                    "--cluster-require-full-coverage", "no"))
            .limit(3).toList();

    RedisClusterProcesses() {
        for (int i = 0; i < masters.size(); i++) {
            int[] slots = IntStream.range(SLOTS * i / masters.size(), SLOTS * (i + 1) / masters.size()).toArray();
            masters.get(i).ask(redis -> redis.clusterAddSlots(slots));
            if (i > 0) {
                masters.get(i).ask(redis -> redis.clusterMeet("127.0.0.1", masters.getFirst().port()));
            }
        }
        for (RedisProcess master : masters) {
            // A node is content with the slots that it has heard of; a client that asks it then knows no more than those.
            Await.until("the cluster is complete", () -> master.ask(redis -> redis.clusterInfo()).lines().toList()
                    .containsAll(List.of("cluster_state:ok", "cluster_slots_assigned:" + SLOTS))
                    && master.ask(redis -> redis.clusterNodes()).lines().count() == masters.size());
        }
    }

    List<RedisProcess> masters() {
        return masters;
    }

    @Override
    public void close() {
        masters.forEach(RedisProcess::close);
    }
}
