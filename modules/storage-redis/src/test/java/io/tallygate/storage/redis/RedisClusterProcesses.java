package io.tallygate.storage.redis;

import io.lettuce.core.api.sync.RedisCommands;
import io.tallygate.kernel.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A real Redis Cluster of three masters, whose slots are theirs in order, and maybe a replica of the first one. */
final class RedisClusterProcesses implements AutoCloseable {

    private static final int SLOTS = 16_384;

    private final List<RedisProcess> masters = Stream.generate(RedisClusterProcesses::startNode).limit(3).toList();
    private final List<RedisProcess> replicas = new ArrayList<>();

    RedisClusterProcesses() {
        for (int i = 0; i < masters.size(); i++) {
            int[] slots = IntStream.range(SLOTS * i / masters.size(), SLOTS * (i + 1) / masters.size()).toArray();
            masters.get(i).ask(redis -> redis.clusterAddSlots(slots));
            if (i > 0) {
                meet(masters.get(i));
            }
        }
        awaitComplete();
    }

    /** One whose first master has a replica. */
    static RedisClusterProcesses withReplica() {
        var cluster = new RedisClusterProcesses();
        try {
            cluster.addReplica();
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static RedisProcess startNode() {
        return RedisProcess.start("--cluster-enabled", "yes", "--cluster-node-timeout", "2000",
                "--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0");
    }

    private void meet(RedisProcess node) {
        node.ask(redis -> redis.clusterMeet("127.0.0.1", masters.getFirst().port()));
    }

    private void awaitComplete() {
        for (RedisProcess node : nodes().toList()) {
            // A node is content with the slots that it has heard of; a client that asks it then knows no more than those.
            Await.until("the cluster is complete", () -> node.ask(redis -> redis.clusterInfo()).lines().toList()
                    .containsAll(List.of("cluster_state:ok", "cluster_slots_assigned:" + SLOTS))
                    && node.ask(redis -> redis.clusterNodes()).lines().count() == nodes().count());
        }
    }

    private Stream<RedisProcess> nodes() {
        return Stream.concat(masters.stream(), replicas.stream());
    }

    private void addReplica() {
        RedisProcess replica = startNode();
        replicas.add(replica);
        meet(replica);
        awaitComplete();
        String master = masters.getFirst().ask(RedisCommands::clusterMyId);
        replica.ask(redis -> redis.clusterReplicate(master));
        Await.until("it follows its master", () -> replica.ask(redis -> redis.info("replication"))
                .contains("master_link_status:up"));
        // Whoever does not know it yet would not elect it.
        Await.until("all know whose replica it is", () -> masters.stream()
                .allMatch(node -> node.ask(redis -> redis.clusterNodes()).lines()
                        .anyMatch(line -> line.contains(" slave " + master + " "))));
    }

    List<RedisProcess> masters() {
        return masters;
    }

    RedisProcess replica() {
        return replicas.getFirst();
    }

    @Override
    public void close() {
        nodes().forEach(RedisProcess::close);
    }
}
