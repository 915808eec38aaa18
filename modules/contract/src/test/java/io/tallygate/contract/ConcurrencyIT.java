package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Many clients at once: nothing is lost, nothing is counted twice, and each gets an answer of its own. */
@SeveralInstances
class ConcurrencyIT extends Suite {

    private static final int CLIENTS = 16;
    private static final int CALLS = 100;

    @Test
    void sixteenClientsOnOneKeyGetEveryValueOnce() {
        Counter counter = freshCounter();
        var values = Clients.atOnce(CLIENTS, client -> {
            var mine = new ArrayList<Long>();
            for (int i = 0; i < CALLS; i++) {
                mine.add(counterApi.increment(counter, 1));
            }
            return mine;
        });
        values.forEach(mine -> assertThat(mine).as("a client's own values rise").isSorted());
        assertThat(values.stream().flatMap(List::stream).sorted().toList()).as("each value once")
                .isEqualTo(LongStream.rangeClosed(1, (long) CLIENTS * CALLS).boxed().toList());
        assertThat(counterApi.value(counter)).isEqualTo(CLIENTS * CALLS);
    }

    @Test
    void sixteenClientsOnDifferentKeysDoNotDisturbEachOther() {
        List<Counter> counters = freshCounters(CLIENTS);
        Clients.atOnce(CLIENTS, client -> {
            for (int i = 1; i <= CALLS; i++) {
                assertThat(counterApi.increment(counters.get(client), 3)).isEqualTo(3L * i);
            }
            return client;
        });
        counters.forEach(counter -> assertThat(counterApi.value(counter)).isEqualTo(3L * CALLS));
    }

    @Test
    void whatAClientWasToldItReadsBackWhileOthersWrite() {
        Counter counter = freshCounter();
        Clients.atOnce(CLIENTS, client -> {
            long last = 0;
            for (int i = 0; i < CALLS / 2; i++) {
                long told = counterApi.increment(counter, 2);
                long read = client % 2 == 0 ? counterApi.cachedValue(counter) : counterApi.value(counter);
                assertThat(read).as("read after being told %d", told).isGreaterThanOrEqualTo(told);
                assertThat(told).as("values rise").isGreaterThan(last);
                last = read;
            }
            return client;
        });
    }

    @Test
    void singlesAndBatchesOfBothSignsAddUp() {
        List<Counter> counters = freshCounters(10);
        var sums = Clients.atOnce(CLIENTS, client -> {
            RandomGenerator random = seed.random(client);
            var mine = new HashMap<Counter, Long>();
            for (int i = 0; i < 20; i++) {
                if (client % 2 == 0) {
                    Counter counter = counters.get(random.nextInt(counters.size()));
                    mine.merge(counter, increment(counter, random), Long::sum);
                } else {
                    batch(counters, random).forEach((counter, delta) -> mine.merge(counter, delta, Long::sum));
                }
            }
            return mine;
        });
        for (Counter counter : counters) {
            long expected = sums.stream().mapToLong(mine -> mine.getOrDefault(counter, 0L)).sum();
            assertThat(counterApi.value(counter)).as("%s (%s)", counter, seed).isEqualTo(expected);
        }
    }

    @Test
    void resetsAmongIncrementsLeaveWhatWasAddedSinceTheLast() {
        Counter counter = freshCounter();
        Clients.atOnce(CLIENTS, client -> {
            for (int i = 0; i < 20; i++) {
                if (client == 0) {
                    assertThat(api.delete(counter.path())).hasStatus(204);
                } else {
                    assertThat(counterApi.increment(counter, 1)).isBetween(1L, 20L * CLIENTS);
                }
            }
            return client;
        });
        long left = counterApi.value(counter);
        assertThat(left).isBetween(0L, 20L * (CLIENTS - 1));
        assertThat(counterApi.increment(counter, 1)).isEqualTo(left + 1);
    }

    private long increment(Counter counter, RandomGenerator random) {
        long delta = delta(random);
        counterApi.increment(counter, delta);
        return delta;
    }

    private Map<Counter, Long> batch(List<Counter> counters, RandomGenerator random) {
        var deltas = new HashMap<Counter, Long>();
        var operations = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 30; i++) {
            Counter counter = counters.get(random.nextInt(counters.size()));
            long delta = delta(random);
            deltas.merge(counter, delta, Long::sum);
            operations.add(Json.increment(counter, delta));
        }
        Answer answer = counterApi.batchIncrement(operations);
        assertThat(answer).isOk();
        return deltas;
    }

    private static long delta(RandomGenerator random) {
        long size = random.nextLong(1, 1_000_000);
        return random.nextBoolean() ? size : -size;
    }
}
