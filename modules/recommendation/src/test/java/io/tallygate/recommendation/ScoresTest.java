package io.tallygate.recommendation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScoresTest {

    private static final History HISTORY = History.EMPTY.touched("b").touched("a");

    private static Neighbours.Neighbour neighbour(String item, long together, long users) {
        return new Neighbours.Neighbour(item, together, 0, users);
    }

    @Test
    void best_always_addsCosinesUpAndLeavesTheHistoryOut() {
        var ofA = new ItemCounts(4, List.of(neighbour("b", 4, 4), neighbour("c", 2, 4), neighbour("d", 1, 1)));
        var ofB = new ItemCounts(9, List.of(neighbour("c", 3, 4)));

        List<Recommended> best = Scores.best(HISTORY, List.of(ofA, ofB), 10);

        assertThat(best).extracting(Recommended::resourceId).containsExactly("c", "d");
        assertThat(best.getFirst().score()).isCloseTo(2 / 4.0 + 3 / 6.0, within(1e-9));
        assertThat(best.getLast().score()).isCloseTo(1 / 2.0, within(1e-9));
        assertThat(Scores.best(HISTORY, List.of(ofA, ofB), 1)).hasSize(1);
    }

    @Test
    void best_whatEverybodyTouches_doesNotWinByThat() {
        var ofA = new ItemCounts(100, List.of(neighbour("everywhere", 90, 10_000), neighbour("kin", 80, 90)));

        assertThat(Scores.best(HISTORY, List.of(ofA), 10)).extracting(Recommended::resourceId)
                .containsExactly("kin", "everywhere");
    }

    @Test
    void best_equalOnes_areOrderedByName() {
        var ofA = new ItemCounts(2, List.of(neighbour("z", 1, 2), neighbour("y", 1, 2)));

        assertThat(Scores.best(HISTORY, List.of(ofA), 10)).extracting(Recommended::resourceId)
                .containsExactly("y", "z");
    }

    @Test
    void best_whatIsNotCertain_doesNotCount() {
        var certain = new Neighbours.Neighbour("certain", 2, 1, 2);
        var uncertain = new Neighbours.Neighbour("uncertain", 7, 7, 2);

        assertThat(Scores.best(HISTORY, List.of(new ItemCounts(2, List.of(certain, uncertain))), 10))
                .extracting(Recommended::resourceId).containsExactly("certain");
        assertThat(Scores.best(HISTORY, List.of(ItemCounts.NONE), 10)).isEmpty();
    }
}
