package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.SlotHash;
import io.tallygate.cache.CachePolicy;
import io.tallygate.cache.CacheSpec;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.cache.Reach;
import io.tallygate.cache.ValueCodec;
import io.tallygate.kernel.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Caches of two processes on a cluster whose node with all that they share dies, so that its replica takes its place. */
@Timeout(300)
final class RedisCacheFailoverTest {

    /** Far longer than anything is waited for: what is told in time has not just come to its end. */
    private static final CachePolicy POLICY = CachePolicy.DEFAULT
            .withLives(Duration.ofMinutes(20), Duration.ofMinutes(30))
            .withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(30));
    private static final ValueCodec<String> TEXT = new ValueCodec<>() {

        @Override
        public String type() {
            return "text.1";
        }

        @Override
        public byte[] encode(String value) {
            return ('"' + value + '"').getBytes(UTF_8);
        }

        @Override
        public String decode(byte[] json) {
            return new String(json, UTF_8).replace("\"", "");
        }
    };
    private static final Duration TAKE_OVER = Duration.ofSeconds(6);
    /** A cache whose keys the first master has. */
    private static final String CACHE = Stream.iterate(0, i -> i + 1).map(i -> "texts-" + i)
            .filter(name -> SlotHash.getSlot(new CacheNames("failover", name).state()) < SlotHash.SLOT_COUNT / 3)
            .findFirst().orElseThrow();

    private final RedisClusterProcesses cluster = RedisClusterProcesses.withReplica();
    private final RedisProcess master = cluster.masters().getFirst();
    private final RedisProcess replica = cluster.replica();
    private final Map<String, String> source = new ConcurrentHashMap<>();
    private final Node one = new Node(cluster.masters().get(1));
    private final Node other = new Node(cluster.masters().get(2));
    private int brought;

    private final class Node implements AutoCloseable {

        private final RedisSharedLevels levels;
        private final MultiLevelCaches caches;
        private final MultiLevelCache<String> cache;

        Node(RedisProcess first) {
            levels = new RedisSharedLevels(new RedisSettings(RedisSettings.parse(first.uri()), true, 1,
                    Duration.ofMillis(500), "failover"), System::nanoTime);
            caches = MultiLevelCaches.sharing(levels, InstantSource.system(), System::nanoTime);
            cache = caches.make(CacheSpec.<String>named(CACHE).loadedBy(
                    key -> CompletableFuture.completedFuture(Optional.ofNullable(source.get(key)))).sharedAs(TEXT)
                    .with(POLICY));
        }

        String get(String key) {
            return cache.get(key).toCompletableFuture().join().value().orElse("-");
        }

        Reach invalidate(String key) {
            return cache.invalidate(key).toCompletableFuture().join();
        }

        @Override
        public void close() {
            caches.close();
            levels.close();
        }
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        cluster.close();
    }

    private static String shared(RedisProcess node, String key) {
        return String.valueOf(node.<String>ask(redis -> {
            redis.readOnly();
            return redis.hget(new CacheNames("failover", CACHE).value(key), "d");
        }));
    }

    /** Both have the value, and so has the replica. */
    private void haveAll(String key, String value) {
        source.put(key, value);
        Await.until("it is shared", () -> {
            String _ = one.get(key);
            return shared(replica, key).contains('"' + value + '"');
        });
        Await.until("the other one has it", () -> other.get(key).equals(value));
    }

    private static String role(RedisProcess node) {
        return node.ask(redis -> redis.info("replication")).lines().filter(line -> line.startsWith("role:"))
                .findFirst().orElse("");
    }

    private void awaitSent(Node node) {
        Await.until("it is told", () -> node.cache.figures().invalidationsPending() == 0);
    }

    /** The replica takes over without what its master has taken last. */
    @Test
    void masterKilled_itsReplicaGoesOnAndNothingFromBeforeIsTold() throws IOException {
        haveAll("lost", "1");
        haveAll("pending", "1");
        haveAll("kept", "1");
        replica.freeze();
        try {
            master.ask(redis -> redis.clientKill(KillArgs.Builder.typeSlave()));
            source.put("lost", "2");
            assertThat(one.invalidate("lost")).as("its master has taken it").isEqualTo(Reach.SENT);
            master.kill();
        } finally {
            replica.thaw();
        }
        assertThat(shared(replica, "lost")).as("what the replica has missed").contains("\"1\"");

        source.put("pending", "2");
        assertThat(one.invalidate("pending")).isEqualTo(Reach.PENDING);
        assertThat(one.get("pending")).isEqualTo("2");
        assertThat(other.get("kept")).isEqualTo("1");
        source.put("new", "1");
        assertThat(other.get("new")).isEqualTo("1");

        Await.until("the replica takes over", () -> role(replica).equals("role:master"));
        Await.until("the other one knows what its replica does not", () -> other.get("lost").equals("2"));
        Await.until("the other one knows what came meanwhile", () -> other.get("pending").equals("2"));
        awaitSent(one);
        goesOn("after the failover");
        assertThat(other.get("lost")).as("what was known once").isEqualTo("2");

        master.restart();
        Await.until("the old master follows", () -> role(master).equals("role:slave"));
        assertThat(other.get("lost")).isEqualTo("2");
        goesOn("with both nodes");

        takeOverAgain();
        goesOn("after a failover in good order");
    }

    /** In good order. Asked again after as long as the server tries, which a busy machine may not be enough for. */
    private void takeOverAgain() {
        Await.until("it has what its master has",
                () -> master.ask(redis -> redis.info("replication")).contains("master_link_status:up"));
        for (int tries = 0; tries < 10 && role(master).equals("role:slave"); tries++) {
            master.ask(redis -> redis.clusterFailover(false));
            long began = System.nanoTime();
            while (role(master).equals("role:slave") && System.nanoTime() - began < TAKE_OVER.toNanos()) {
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }
        assertThat(role(master)).isEqualTo("role:master");
    }

    /** What one process brings the other finds, and what it tells the other hears. */
    private void goesOn(String when) {
        Await.until("what one brings is shared " + when, () -> {
            // Another one each time: what was loaded while nothing could be shared stays in the process.
            brought++;
            source.put("k" + brought, "1");
            String _ = one.get("k" + brought);
            return isShared("k" + brought);
        });
        String key = "k" + brought;
        long shared = other.cache.figures().sharedHits();
        Await.until("the other one finds it " + when, () -> {
            var _ = other.cache.peek(key).toCompletableFuture().join();
            return other.cache.figures().sharedHits() > shared;
        });
        source.put(key, "2");
        Await.until("it is told " + when, () -> one.invalidate(key) == Reach.SENT);
        Await.until("the other one knows " + when, () -> other.get(key).equals("2"));
    }

    private boolean isShared(String key) {
        return Stream.of(master, replica).anyMatch(node -> {
            try {
                return shared(node, key).contains("\"1\"");
            } catch (RedisException away) {
                return false;
            }
        });
    }
}
