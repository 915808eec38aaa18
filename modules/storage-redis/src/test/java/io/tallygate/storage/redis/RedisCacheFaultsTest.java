package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.cache.CachePolicy;
import io.tallygate.cache.CacheSpec;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.cache.Reach;
import io.tallygate.cache.ValueCodec;
import io.tallygate.kernel.Await;
import io.tallygate.ledger.CuttingProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Caches of two processes on a real server, which is killed, restarted and cut off. */
@Timeout(300)
final class RedisCacheFaultsTest {

    private static final CachePolicy POLICY = CachePolicy.DEFAULT.withTimeouts(Duration.ofSeconds(20),
            Duration.ofSeconds(30));
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

    private final RedisProcess server = RedisProcess.start("--appendonly", "no");
    private final CuttingProxy proxy = new CuttingProxy(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 1);
    private final Map<String, String> source = new ConcurrentHashMap<>();
    private final AtomicInteger loads = new AtomicInteger();
    private volatile Duration loadTime = Duration.ZERO;
    private final Node one = new Node(server.port());
    /** The one that is cut off. */
    private final Node other = new Node(proxy.port());

    private final class Node implements AutoCloseable {

        private final RedisSharedLevels levels;
        private final MultiLevelCaches caches;
        private final MultiLevelCache<String> cache;

        Node(int port) {
            levels = new RedisSharedLevels(new RedisSettings(RedisSettings.parse("redis://127.0.0.1:" + port), false,
                    1, Duration.ofMillis(500), "faults"), System::nanoTime);
            caches = MultiLevelCaches.sharing(levels, InstantSource.system(), System::nanoTime);
            cache = caches.make(CacheSpec.<String>named("texts").loadedBy(key -> {
                loads.incrementAndGet();
                Optional<String> value = Optional.ofNullable(source.get(key));
                return loadTime.isZero()
                        ? CompletableFuture.completedFuture(value)
                        : CompletableFuture.supplyAsync(() -> value,
                                CompletableFuture.delayedExecutor(loadTime.toMillis(), TimeUnit.MILLISECONDS));
            }).sharedAs(TEXT).with(POLICY));
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
        proxy.close();
        server.close();
    }

    private String shared(String key) {
        return String.valueOf(
                server.<String>ask(redis -> redis.hget(new CacheNames("faults", "texts").value(key), "d")));
    }

    /** Both have the value, from one load. */
    private void haveBoth(String key, String value) {
        source.put(key, value);
        Await.until("it is shared", () -> {
            String _ = one.get(key);
            return shared(key).contains("\"" + value + "\"");
        });
        Await.until("the other one hears", () -> other.get(key).equals(value) && other.cache.figures().localHits() > 0);
    }

    @Test
    void invalidate_ofOneProcess_reachesTheOther() {
        haveBoth("a", "1");
        source.put("a", "2");
        assertThat(one.invalidate("a")).isEqualTo(Reach.SENT);
        assertThat(one.get("a")).isEqualTo("2");
        Await.until("the other one knows", () -> other.get("a").equals("2"));
        assertThat(other.cache.figures().invalidationsReceived()).isPositive();
    }

    /** Where nothing fails: a call of Redis that comes too late on a busy machine may cost a load more. */
    @Test
    void coldKey_askedForByAThousandThreadsOfThreeProcesses_isLoadedOnce() throws Exception {
        haveBoth("warm", "1");
        loadTime = Duration.ofMillis(100);
        try (var third = new Node(server.port()); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Node> nodes = List.of(one, other, third);
            assertThat(third.get("warm")).isEqualTo("1");
            for (int round = 0;; round++) {
                String key = "cold-" + round;
                source.put(key, "v");
                int before = loads.get();
                long failed = failures(nodes);
                var start = new CountDownLatch(1);
                var answers = IntStream.range(0, 1_000).mapToObj(i -> threads.submit(() -> {
                    start.await();
                    return nodes.get(i % nodes.size()).get(key);
                })).toList();
                start.countDown();
                for (Future<String> answer : answers) {
                    assertThat(answer.get()).isEqualTo("v");
                }
                failed = failures(nodes) - failed;
                assertThat((long) loads.get() - before).isBetween(1L, 1 + failed);
                if (failed == 0) {
                    return;
                }
                assertThat(round).isLessThan(100);
            }
        }
    }

    private static long failures(List<Node> nodes) {
        return nodes.stream().mapToLong(node -> node.cache.figures().sharedFailures()).sum();
    }

    @Test
    void value_isJsonWithAFormatAndExpires() {
        haveBoth("a", "1");
        assertThat(shared("a")).startsWith("{\"format\":1,\"type\":\"text.1\",").endsWith(",\"value\":\"1\"}");
        assertThat(server.<Long>ask(redis -> redis.pttl(new CacheNames("faults", "texts").value("a"))))
                .isBetween(1L, Duration.ofMinutes(100).toMillis());
    }

    @Test
    void cutOffForFiveSeconds_thenBack_nothingStaleIsTold() {
        haveBoth("a", "1");
        proxy.cutting(1);
        source.put("a", "2");
        assertThat(one.invalidate("a")).isEqualTo(Reach.SENT);
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        assertThat(other.get("a")).isEqualTo("2");
        proxy.cutting(0);
        Await.until("it hears again", () -> {
            assertThat(other.get("a")).isEqualTo("2");
            return other.cache.figures().resyncs() > 0;
        });
        assertThat(other.get("a")).isEqualTo("2");
    }

    @Test
    void serverRestarted_forgetsAndNothingFromBeforeIsTold() throws IOException {
        haveBoth("a", "1");
        for (int i = 0; i < 5; i++) {
            assertThat(one.invalidate("b" + i)).isEqualTo(Reach.SENT);
        }
        server.kill();
        source.put("a", "2");
        assertThat(one.invalidate("a")).isEqualTo(Reach.PENDING);
        assertThat(one.get("a")).isEqualTo("2");
        server.restart();
        Await.until("the other one knows", () -> other.get("a").equals("2"));
        Await.until("it was sent", () -> one.cache.figures().invalidationsPending() == 0);
        Await.until("both hear again", () -> one.cache.figures().resyncs() > 0 && other.cache.figures().resyncs() > 0);
        source.put("a", "3");
        Await.until("it is told", () -> one.invalidate("a") == Reach.SENT);
        Await.until("the other one knows", () -> other.get("a").equals("3"));
    }

    /** As where a node of a cluster says who has its slots now, and nobody is cut off. */
    @Test
    void anotherServerAnswersOnTheSameConnection_nothingFromBeforeIsTold() {
        haveBoth("a", "1");
        source.put("a", "2");
        server.ask(redis -> redis.hset(new CacheNames("faults", "texts").state(), "r", "another"));
        Await.until("it is right", () -> other.get("a").equals("2") && one.get("a").equals("2"));
    }

    @Test
    void messagesTrimmedWhileCutOff_leaveNothingFromBefore() {
        haveBoth("a", "1");
        proxy.cutting(1);
        source.put("a", "2");
        assertThat(one.invalidate("a")).isEqualTo(Reach.SENT);
        long before = other.cache.figures().resyncs();
        server.ask(redis -> redis.xtrim(new CacheNames("faults", "texts").messages(), 0));
        proxy.cutting(0);
        Await.until("it knows that something is gone", () -> other.cache.figures().resyncs() > before);
        Await.until("it is right", () -> other.get("a").equals("2"));
    }

    @Test
    void serverFrozen_nobodyWaitsForLong() {
        haveBoth("a", "1");
        server.freeze();
        try {
            source.put("b", "1");
            assertThat(one.get("b")).isEqualTo("1");
            assertThat(one.invalidate("b")).isEqualTo(Reach.PENDING);
        } finally {
            server.thaw();
        }
        Await.until("it was sent", () -> one.cache.figures().invalidationsPending() == 0);
    }
}
