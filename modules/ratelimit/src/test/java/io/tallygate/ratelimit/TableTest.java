package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against a map of the JDK. */
class TableTest {

    private static final int RUNS = 200;
    private static final int OPERATIONS_EACH = 1_000;

    private record Key(long high, long low) {}

    @Test
    void operations_random_areThoseOfAMap() {
        long seed = Seeds.fresh("table");
        for (int run = 0; run < RUNS; run++) {
            compare(seed + run);
        }
    }

    private static void compare(long seed) {
        var random = new SplittableRandom(seed);
        // Keys that crowd a few homes, also the last one, from which a search goes on at the first.
        long crowd = random.nextInt(3) - 1L;
        var table = new Table();
        Map<Key, Long> model = new HashMap<>();
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            long low = random.nextBoolean() ? crowd : random.nextLong();
            keys.add(new Key(random.nextLong(), low));
        }
        for (int i = 0; i < OPERATIONS_EACH; i++) {
            Key key = keys.get(random.nextInt(keys.size()));
            int slot = table.find(key.high(), key.low());
            assertThat(slot >= 0).as("seed %d, operation %d", seed, i).isEqualTo(model.containsKey(key));
            if (slot >= 0 && random.nextBoolean()) {
                assertThat(table.get(slot, Table.USED)).isEqualTo(model.get(key));
                table.remove(slot);
                model.remove(key);
            } else if (slot < 0) {
                if (!table.hasRoom()) {
                    table.resize(Table.capacityFor(table.size() + random.nextInt(30)));
                }
                if (table.hasRoom()) {
                    int added = table.add(key.high(), key.low(), 1);
                    assertThat(table.get(added, Table.USED)).isZero();
                    table.set(added, Table.USED, i);
                    model.put(key, (long) i);
                }
            }
            assertThat(table.size()).isEqualTo(model.size()).isLessThan(table.capacity());
        }
        model.forEach((key, value) -> assertThat(table.get(table.find(key.high(), key.low()), Table.USED))
                .as("seed %d", seed).isEqualTo(value));
        int occupied = 0;
        for (int slot = 0; slot < table.capacity(); slot++) {
            occupied += table.isOccupied(slot) ? 1 : 0;
        }
        assertThat(occupied).isEqualTo(model.size());
    }

    @Test
    void capacityFor_keys_holdsThem() {
        for (int keys = 0; keys < 1_000; keys++) {
            var table = new Table();
            table.resize(Table.capacityFor(keys));
            for (int i = 0; i < keys; i++) {
                assertThat(table.hasRoom()).isTrue();
                table.add(i, Long.MAX_VALUE * i, 1);
            }
            assertThat(table.bytes()).isLessThanOrEqualTo(Math.max(16, 2 + 4 * (keys + 1L) / 3) * Table.SLOT_BYTES);
        }
    }
}
