package io.tallygate.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Utf8OrderTest {

    /** At both ends of what one to four bytes hold, and at both sides of the surrogates. */
    private static final int[] CODE_POINTS = {0x20, 0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffee, 0xffff,
            0x10000,
            0x1f600, 0x10ffff};

    @Test
    void compare_anyTwo_isAsTheirBytes() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            String one = text(random);
            String other = random.nextInt(4) == 0 ? one + text(random) : text(random);
            assertThat(Integer.signum(Utf8Order.compare(one, other))).as("'%s' and '%s'", one, other)
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8))));
        }
    }

    private static String text(SplittableRandom random) {
        var text = new StringBuilder();
        for (int left = random.nextInt(4); left > 0; left--) {
            text.appendCodePoint(CODE_POINTS[random.nextInt(CODE_POINTS.length)]);
        }
        return text.toString();
    }
}
