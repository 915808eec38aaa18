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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Caches of three processes on a real server, each behind a connection that is cut, paused and healed by a seed, while values
 * change and are invalidated and everybody reads. The source's values are numbers that only rise, so that each read can be held
 * against what had to be known when it began. In virtual time thousands of such schedules are run by {@code CacheHistoriesTest}.
 */
@Timeout(600)
final class RedisCacheHistoriesTest {

    private static final Duration LENGTH = Duration.ofMillis(Long.getLong("tallygate.test.cache-millis", 1_500));
    /** What is promised elsewhere, and what a busy machine may take besides. */
    private static final Duration ELSEWHERE = Duration.ofSeconds(3).plus(Duration.ofSeconds(2));
    private static final int KEYS = 4;
    /** Values outlive the test: nothing becomes right by itself. */
    private static final CachePolicy POLICY = CachePolicy.DEFAULT
            .withLives(Duration.ofHours(1), Duration.ofHours(1)).withTimeouts(Duration.ofSeconds(20),
                    Duration.ofSeconds(30));
    private static final ValueCodec<Integer> NUMBER = new ValueCodec<>() {

        @Override
        public String type() {
            return "number.1";
        }

        @Override
        public byte[] encode(Integer value) {
            return value.toString().getBytes(UTF_8);
        }

        @Override
        public Integer decode(byte[] json) {
            return Integer.valueOf(new String(json, UTF_8));
        }
    };

    private final long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
    private final RedisProcess server = RedisProcess.start("--appendonly", "no");
    private final AtomicIntegerArray source = new AtomicIntegerArray(KEYS);
    private final List<Node> nodes = IntStream.range(0, 3).mapToObj(Node::new).toList();
    private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    /** An invalidation that was acknowledged, and when. */
    private record Told(int key, int version, long at) {}

    private final class Node implements AutoCloseable {

        private final CuttingProxy link;
        private final RedisSharedLevels levels;
        private final MultiLevelCaches caches;
        private final MultiLevelCache<Integer> cache;
        /** What this process itself was told: it tells nothing older from then on. */
        private final AtomicIntegerArray known = new AtomicIntegerArray(KEYS);
        /** Since when nothing has been in its way; {@link Long#MAX_VALUE} while something is. */
        private volatile long wholeSince = System.nanoTime();

        Node(int number) {
            link = new CuttingProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                    seed + number);
            levels = new RedisSharedLevels(new RedisSettings(RedisSettings.parse("redis://127.0.0.1:" + link.port()),
                    false, 1, Duration.ofMillis(500), "histories"), System::nanoTime);
            caches = MultiLevelCaches.sharing(levels, InstantSource.system(), System::nanoTime);
            cache = caches.make(CacheSpec.<Integer>named("numbers")
                    .loadedBy(key -> CompletableFuture.completedFuture(Optional.of(source.get(Integer.parseInt(key)))))
                    .sharedAs(NUMBER).with(POLICY));
        }

        int get(int key) {
            return cache.get(Integer.toString(key)).toCompletableFuture().join().value().orElseThrow();
        }

        void change(int key) {
            int version = source.incrementAndGet(key);
            CompletableFuture<Reach> reach = cache.invalidate(Integer.toString(key)).toCompletableFuture();
            known.accumulateAndGet(key, version, Math::max);
            if (reach.join() == Reach.SENT) {
                told.add(new Told(key, version, System.nanoTime()));
            }
        }

        /** The least that may be told to whoever asks now. */
        private int least(int key) {
            long now = System.nanoTime();
            long whole = wholeSince;
            int heard = whole == Long.MAX_VALUE || now - whole < ELSEWHERE.toNanos()
                    ? 0
                    : told.stream().filter(one -> one.key == key && now - one.at > ELSEWHERE.toNanos())
                            .max(Comparator.comparingInt(Told::version)).map(Told::version).orElse(0);
            return Math.max(heard, known.get(key));
        }

        private void read() {
            var random = new Random(seed);
            while (!isOver) {
                int key = random.nextInt(KEYS);
                int least = least(key);
                assertThat(get(key)).as("key %d, seed %d", key, seed).isGreaterThanOrEqualTo(least);
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
        }

        void disturb(Random random) {
            wholeSince = Long.MAX_VALUE;
            switch (random.nextInt(3)) {
                case 0 -> link.cutAll();
                case 1 -> link.cutting(1 + random.nextInt(2_000));
                default -> link.pause();
            }
        }

        void heal() {
            link.cutting(0);
            link.resume();
            wholeSince = System.nanoTime();
        }

        @Override
        public void close() {
            caches.close();
            levels.close();
            link.close();
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
        server.close();
    }

    @Test
    void anySchedule_tellsNothingThatHadToBeKnownAsInvalid() throws Exception {
        var running = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Node node : nodes) {
                running.add(threads.submit(node::read));
                running.add(threads.submit(node::read));
            }
            try {
                disturbAndChange(running);
                for (Future<?> failed : running.stream().filter(Future::isDone).toList()) {
                    failed.get();
                }
                awaitRight();
            } finally {
                isOver = true;
            }
        }
        for (Future<?> one : running) {
            one.get();
        }
        assertThat(told).as("seed %d", seed).isNotEmpty();
    }

    private void disturbAndChange(List<Future<?>> running) {
        var random = new Random(seed);
        long end = System.nanoTime() + LENGTH.toNanos();
        while (System.nanoTime() - end < 0 && running.stream().noneMatch(Future::isDone)) {
            Node node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(10)) {
                case 0 -> node.disturb(random);
                case 1, 2 -> node.heal();
                default -> node.change(random.nextInt(KEYS));
            }
            LockSupport.parkNanos(Duration.ofMillis(random.nextInt(50)).toNanos());
        }
    }

    /** All is healed, and what was changed is told. */
    private void awaitRight() {
        nodes.forEach(Node::heal);
        for (int key = 0; key < KEYS; key++) {
            nodes.get(key % nodes.size()).change(key);
        }
        Await.until("nothing is pending, seed " + seed,
                () -> nodes.stream().allMatch(node -> node.cache.figures().invalidationsPending() == 0));
        for (int key = 0; key < KEYS; key++) {
            int asked = key;
            Await.until("all know " + key + ", seed " + seed,
                    () -> nodes.stream().allMatch(node -> node.get(asked) == source.get(asked)));
        }
    }
}
