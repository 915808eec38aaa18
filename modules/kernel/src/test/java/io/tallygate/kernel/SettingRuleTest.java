package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SettingRuleTest {

    @Test
    void integer_always_isInItsRange() {
        SettingRule<Integer> rule = SettingRule.integer(-1, 20);
        assertThat(rule.parser().apply("-1")).contains(-1);
        assertThat(rule.parser().apply("20")).contains(20);
        for (String wrong : new String[]{"-2", "21", "", "1.0", "9999999999", "one"}) {
            assertThat(rule.parser().apply(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void duration_always_hasAUnitAndIsInItsRange() {
        SettingRule<Duration> rule = SettingRule.duration(Duration.ofMillis(10), Duration.ofHours(1));
        assertThat(rule.right()).isEqualTo("be a duration such as 500ms, 2s, 5m or 1h, from 10ms to 1h");
        assertThat(rule.parser().apply("10ms")).contains(Duration.ofMillis(10));
        assertThat(rule.parser().apply("2s")).contains(Duration.ofSeconds(2));
        assertThat(rule.parser().apply("60m")).contains(Duration.ofHours(1));
        for (String wrong : new String[]{"9ms", "2h", "5", "PT5S", "1d", "9999999999ms", "-1s", "1 s"}) {
            assertThat(rule.parser().apply(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void bytes_always_haveAUnitAndAreInTheirRangeOrNone() {
        SettingRule<Long> rule = SettingRule.bytes(16L << 20, 2L << 30);
        assertThat(rule.right()).isEqualTo("be a size such as 64MiB or 2GiB, from 16MiB to 2GiB, or 0");
        assertThat(rule.parser().apply("16MiB")).contains(16L << 20);
        assertThat(rule.parser().apply("2GiB")).contains(2L << 30);
        assertThat(rule.parser().apply("0")).contains(0L);
        for (String wrong : new String[]{"15MiB", "3GiB", "64", "64MB", "0MiB", "-1GiB", "9999999GiB", "1 GiB", ""}) {
            assertThat(rule.parser().apply(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void words_always_areAsTheyAreSpelt() {
        SettingRule<String> rule = SettingRule.oneOf("a", "b", "c");
        assertThat(rule.right()).isEqualTo("be one of a, b or c");
        assertThat(rule.label()).isEqualTo("a|b|c");
        assertThat(rule.parser().apply("b")).contains("b");
        assertThat(rule.parser().apply("B")).isEmpty();
        assertThat(SettingRule.oneOf("a", "b").right()).isEqualTo("be a or b");
        assertThat(SettingRule.bool().parser().apply("true")).contains(true);
        assertThat(SettingRule.bool().parser().apply("yes")).isEmpty();
    }

    @Test
    void map_ofARule_makesItsValues() {
        SettingRule<Integer> length = SettingRule.matching("x+", "some x", "X").map(String::length);
        assertThat(length.parser().apply("xxx")).contains(3);
        assertThat(length.parser().apply("y")).isEmpty();
        assertThat(length.right()).isEqualTo("be some x");
    }
}
