package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What was answered last, and how much of it is kept. */
final class LastKnownTest {

    @Test
    void find_always_isWhatWasNotedLast() {
        var known = new LastKnown<String, Integer>(16, Object::equals);
        assertThat(known.find("a")).isNull();
        known.note("a", 1);
        known.note("a", 1);
        known.note("a", 2);
        assertThat(known.find("a")).isEqualTo(2);
        assertThat(known.find("b")).isNull();
    }

    @Test
    void note_aValueThatTheLastOneStandsFor_keepsThat() {
        var known = new LastKnown<String, Integer>(16, (kept, newer) -> newer - kept < 10);
        for (int value = 0; value <= 25; value++) {
            known.note("a", value);
            assertThat(known.find("a")).isEqualTo(value / 10 * 10);
        }
    }

    @Test
    void note_moreThanThereIsRoomFor_keepsSomeAndNeverAnothersValue() {
        var known = new LastKnown<Integer, String>(64, Object::equals);
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
        assertThatThrownBy(() -> new LastKnown<String, String>(100, Object::equals)).hasMessageContaining("100");
        assertThatThrownBy(() -> new LastKnown<String, String>(1, Object::equals)).hasMessageContaining("1");
    }
}
