package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What was answered last, and how much of it is kept. */
final class LastKnownTest {

    @Test
    void find_always_isWhatWasNotedLast() {
        var known = new LastKnown<String, Integer>(16);
        assertThat(known.find("a")).isNull();
        known.note("a", 1);
        known.note("a", 1);
        known.note("a", 2);
        assertThat(known.find("a")).isEqualTo(2);
        assertThat(known.find("b")).isNull();
    }

    @Test
    void note_moreThanThereIsRoomFor_keepsSomeAndNeverAnothersValue() {
        var known = new LastKnown<Integer, String>(64);
        for (int i = 0; i < 10_000; i++) {
            known.note(i, "value " + i);
            assertThat(known.find(i)).isEqualTo("value " + i);
        }
        int kept = 0;
        for (int i = 0; i < 10_000; i++) {
            String value = known.find(i);
            assertThat(value == null || value.equals("value " + i)).isTrue();
            kept += value == null ? 0 : 1;
        }
        assertThat(kept).isBetween(32, 64);
    }

    @Test
    void new_withANumberThatIsNoPowerOfTwo_isRefused() {
        assertThatThrownBy(() -> new LastKnown<String, String>(100)).hasMessageContaining("100");
        assertThatThrownBy(() -> new LastKnown<String, String>(1)).hasMessageContaining("1");
    }
}
