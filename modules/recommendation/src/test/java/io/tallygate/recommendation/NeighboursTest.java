package io.tallygate.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NeighboursTest {

    private static Neighbours.Neighbour of(Neighbours neighbours, String item) {
        return neighbours.counts().neighbours().stream().filter(neighbour -> neighbour.item().equals(item)).findFirst()
                .orElseThrow();
    }

    @Test
    void touchedWith_fewItems_countsExactly() {
        var neighbours = new Neighbours(ItemCounts.NONE);
        neighbours.entered();
        neighbours.touchedWith("a", 5);
        neighbours.touchedWith("b", 1);
        neighbours.touchedWith("a", 6);

        assertThat(neighbours.users()).isEqualTo(1);
        assertThat(neighbours.counts().neighbours()).containsExactly(new Neighbours.Neighbour("a", 2, 0, 6),
                new Neighbours.Neighbour("b", 1, 0, 1));
    }

    @Test
    void touchedWith_beyondTheBound_takesThePlaceOfTheOldestOfTheLowest() {
        var neighbours = new Neighbours(ItemCounts.NONE);
        for (int i = 0; i < Neighbours.KEPT_MAX; i++) {
            neighbours.touchedWith("item" + i, 1);
            neighbours.touchedWith("item" + i, 1);
        }
        neighbours.touchedWith("item0", 1);
        neighbours.touchedWith("new", 9);

        assertThat(neighbours.counts().neighbours()).hasSize(Neighbours.KEPT_MAX).extracting(Neighbours.Neighbour::item)
                .contains("item0", "item2").doesNotContain("item1");
        assertThat(of(neighbours, "new")).isEqualTo(new Neighbours.Neighbour("new", 3, 2, 9));
        assertThat(of(neighbours, "new").atLeast()).isEqualTo(1);
    }

    @Test
    void touchedWith_anything_keepsTheFrequentOnesAndNeverTellsTooMuch() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var neighbours = new Neighbours(ItemCounts.NONE);
        Map<String, Long> exact = new HashMap<>();
        int total = 20_000;
        for (int i = 0; i < total; i++) {
            // Items of low numbers are far more frequent, and none is there from the start.
            int rank = (int) Math.floor(Math.pow(1_000, random.nextDouble()));
            String item = "item" + (i < total / 2 ? rank : 1_000 - rank);
            neighbours.touchedWith(item, 1);
            exact.merge(item, 1L, Long::sum);
        }

        assertThat(neighbours.counts().neighbours()).as("seed %s", seed).hasSize(Neighbours.KEPT_MAX)
                .allSatisfy(neighbour -> {
                    long truth = exact.getOrDefault(neighbour.item(), 0L);
                    assertThat(neighbour.atLeast()).isLessThanOrEqualTo(truth);
                    assertThat(neighbour.count()).isGreaterThanOrEqualTo(truth);
                });
        // The bound of the rule: whatever is more frequent than this is there.
        exact.entrySet().stream().filter(item -> item.getValue() > total / Neighbours.KEPT_MAX)
                .forEach(item -> assertThat(of(neighbours, item.getKey())).as("seed %s", seed).isNotNull());
    }
}
