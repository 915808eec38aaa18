package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class WildcardTest {

    @Test
    void pattern_always_matchesAsARegularExpressionWould() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int matches = 0;
        for (int i = 0; i < 20_000; i++) {
            String pattern = word(random, "aab**", 8) + '*';
            String text = word(random, "aab", 10);
            boolean expected = Pattern.matches(("\\Q" + pattern + "\\E").replace("*", "\\E.*\\Q"), text);
            assertThat(new Wildcard(pattern).matches(text)).as("seed %d: %s on %s", seed, pattern, text)
                    .isEqualTo(expected);
            matches += expected ? 1 : 0;
        }
        assertThat(matches).as("matches at all, with seed %d", seed).isPositive();
    }

    @Test
    void pattern_whosePartsWouldOverlap_doesNotMatch() {
        assertThat(new Wildcard("aba*aba").matches("aba")).isFalse();
        assertThat(new Wildcard("aba*aba").matches("ababa")).isFalse();
        assertThat(new Wildcard("aba*aba").matches("abaaba")).isTrue();
    }

    private static String word(Random random, String alphabet, int lengthMax) {
        var word = new StringBuilder();
        for (int length = random.nextInt(lengthMax + 1); length > 0; length--) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }
}
