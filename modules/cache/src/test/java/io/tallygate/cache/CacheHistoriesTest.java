package io.tallygate.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of processes that read, write and tell, of connections that are cut and paused, so that calls are lost
 * and late, in virtual time. The
 * source's values are numbers that only rise, so that what is told can be held against what had to be known.
 */
final class CacheHistoriesTest {

    private static final int SCHEDULES = Integer.getInteger("tallygate.test.schedules", 100);
    private static final int STEPS = 300;
    private static final int NODES = 3;
    private static final int KEYS = 3;
    private static final Duration ELSEWHERE = Duration.ofSeconds(3);

    private static final class Schedule {

        private final long seed;
        private final Nodes nodes;
        private final Random random;
        private final List<SimulatedShared.Node> links = new ArrayList<>();
        private final List<LevelledCache<String>> caches = new ArrayList<>();
        private final CachePolicy policy;
        private final Map<String, Integer> versions = new HashMap<>();
        /** By node and key: the least that it may tell whoever asks now. */
        private final Map<String, Integer> knownHere = new HashMap<>();
        /** What has been told to all, and since when they must know. */
        private final List<Told> told = new ArrayList<>();
        private final long[] wholeSince = new long[NODES];

        private record Told(String key, int version, long at) {}

        Schedule(long seed) {
            this.seed = seed;
            this.nodes = new Nodes(seed);
            this.random = nodes.random;
            this.policy = CachePolicy.DEFAULT.withLives(Duration.ofSeconds(1 + random.nextInt(20)),
                    Duration.ofSeconds(1 + random.nextInt(60))).withStaleLife(Duration.ofSeconds(random.nextInt(60)))
                    .withNegativeLife(Duration.ofSeconds(1));
            for (int i = 0; i < NODES; i++) {
                links.add(nodes.shared.node());
                caches.add(nodes.open(policy, links.get(i)));
            }
            nodes.source.delay = () -> Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(3_000) : 1);
            for (int k = 0; k < KEYS; k++) {
                write("k" + k);
            }
        }

        private int version(String key) {
            return versions.getOrDefault(key, 0);
        }

        private void write(String key) {
            int version = versions.merge(key, 1, Integer::sum);
            nodes.source.set(key, Integer.toString(version));
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
                nodes.pass(Duration.ofMillis(random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(20)));
            }
            // Once all is well again everything is right.
            for (int node = 0; node < NODES; node++) {
                heal(node);
            }
            nodes.source.isAway = false;
            nodes.source.delay = () -> Duration.ZERO;
            nodes.delay = Duration.ofMillis(1);
            for (int k = 0; k < KEYS; k++) {
                String key = "k" + k;
                write(key);
                int node = k % NODES;
                knownHere.put(node + key, version(key));
                var _ = caches.get(node).invalidate(key);
            }
            nodes.pass(Duration.ofSeconds(70));
            for (int k = 0; k < KEYS; k++) {
                for (LevelledCache<String> cache : caches) {
                    assertThat(nodes.value(cache, "k" + k)).as("seed %d, at the end", seed)
                            .isEqualTo(Integer.toString(version("k" + k)));
                    assertThat(cache.figures().invalidationsPending()).as("seed %d", seed).isZero();
                }
            }
        }

        private void step() {
            int node = random.nextInt(NODES);
            String key = "k" + random.nextInt(KEYS);
            switch (random.nextInt(40)) {
                case 0, 1, 2, 3 -> change(node, key);
                case 4 -> cut(node);
                case 5, 6 -> heal(node);
                case 7 -> nodes.source.isAway = true;
                case 8, 9 -> nodes.source.isAway = false;
                case 10 -> nodes.delay = Duration.ofMillis(random.nextInt(300));
                case 11 -> nodes.delay = Duration.ofMillis(1);
                case 12 -> nodes.shared.trim();
                case 13 -> expire(node, key);
                case 14 -> pause(node);
                default -> read(node, key);
            }
        }

        private void cut(int node) {
            links.get(node).isCut = true;
            wholeSince[node] = Long.MAX_VALUE;
        }

        private void pause(int node) {
            links.get(node).pause();
            wholeSince[node] = Long.MAX_VALUE;
        }

        private void heal(int node) {
            if (wholeSince[node] == Long.MAX_VALUE) {
                links.get(node).isCut = false;
                links.get(node).resume();
                wholeSince[node] = nodes.time.passedNanos();
            }
        }

        private void expire(int node, String key) {
            var _ = caches.get(node).expire(key);
        }

        private void change(int node, String key) {
            write(key);
            int version = version(key);
            for (int k = 0; k < KEYS; k++) {
                knownHere.merge(node + key, version, Math::max);
            }
            var _ = caches.get(node).invalidate(key).thenAccept(reach -> {
                if (reach == Reach.SENT) {
                    told.add(new Told(key, version, nodes.time.passedNanos()));
                }
            });
        }

        /** The least that a process may tell: what it was told itself, and what it must have heard. */
        private int least(int node, String key) {
            long now = nodes.time.passedNanos();
            int heard = told.stream().filter(one -> one.key.equals(key) && isDueAt(node, one, now))
                    .mapToInt(one -> one.version).max().orElse(0);
            return Math.max(heard, knownHere.getOrDefault(node + key, 0));
        }

        private boolean isDueAt(int node, Told one, long now) {
            long slack = ELSEWHERE.toNanos() + 2 * nodes.delay.toNanos();
            long longest = Math.max((long) (policy.localLife().toNanos() * 1.1), LocalLevel.ALONE_LIFE.toNanos());
            boolean whole = wholeSince[node] != Long.MAX_VALUE
                    && now - Math.max(wholeSince[node], one.at) > slack;
            return whole || now - one.at > longest + ELSEWHERE.toNanos();
        }

        private void read(int node, String key) {
            int least = least(node, key);
            long asked = nodes.time.passedNanos();
            var _ = caches.get(node).get(key).thenAccept(found -> {
                int value = Integer.parseInt(found.value().orElseThrow());
                assertThat(value).as("seed %d: node %d, %s, asked at %d ms%s", seed, node, key, asked / 1_000_000,
                        found.stale() ? ", stale" : "").isGreaterThanOrEqualTo(least);
            }).exceptionally(failure -> {
                if (failure.getCause() instanceof AssertionError wrong) {
                    failures.add(wrong);
                }
                return null;
            });
        }

        private final List<AssertionError> failures = new ArrayList<>();
    }

    @Test
    void anySchedule_neverTellsWhatHadToBeKnownAsInvalid() {
        long first = Long.getLong("tallygate.test.seed", System.nanoTime());
        IntStream.range(0, SCHEDULES).forEach(i -> {
            var schedule = new Schedule(first + i);
            try {
                schedule.run();
            } catch (CompletionException e) {
                throw new AssertionError("seed " + (first + i), e);
            }
            assertThat(schedule.failures).isEmpty();
        });
    }
}
