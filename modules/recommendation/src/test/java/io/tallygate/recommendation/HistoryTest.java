package io.tallygate.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HistoryTest {

    @Test
    void touched_always_hasTheNewestFirstAndEachOnce() {
        History history = History.EMPTY.touched("a").touched("b").touched("c").touched("a");

        assertThat(history.items()).containsExactly("a", "c", "b");
        assertThat(history.touched("a")).isEqualTo(history);
    }

    @Test
    void touched_beyondTheBound_forgetsTheOldest() {
        History history = History.EMPTY;
        for (int i = 0; i <= History.ITEMS_MAX; i++) {
            history = history.touched("item" + i);
        }

        assertThat(history.items()).hasSize(History.ITEMS_MAX).startsWith("item20", "item19").endsWith("item1");
        assertThat(history.touched("item1").items()).hasSize(History.ITEMS_MAX).startsWith("item1").endsWith("item2");
    }

    @Test
    void isForgotten_whatWasNotLater_is() {
        Instant then = Instant.ofEpochMilli(1_000);
        History history = History.forgotten(then);

        assertThat(history.items()).isEmpty();
        assertThat(history.isForgotten(then)).isTrue();
        assertThat(history.isForgotten(then.plusMillis(1))).isFalse();
        assertThat(history.touched("a")).isEqualTo(new History(List.of("a"), then));
        assertThat(History.EMPTY.isForgotten(then)).isFalse();
    }
}
