package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitKeyTest {

    private static final Window MINUTE = new Window.Length(Duration.ofMinutes(1));
    private static final Limit LIMIT = Limit.of(Algorithm.TOKEN_BUCKET, 10, MINUTE, Precision.MEMORY);

    @Test
    void of_otherParts_isAnotherKey() {
        LimitKey key = LimitKey.of("d", List.of("a", "b_c"), LIMIT);

        assertThat(List.of(key, LimitKey.of("d", List.of("a_b", "c"), LIMIT),
                LimitKey.of("d", List.of("ab", "_c"), LIMIT),
                LimitKey.of("d", List.of("a", "b", "_c"), LIMIT), LimitKey.of("d", List.of("a", "b_c", ""), LIMIT),
                LimitKey.of("da", List.of("b_c"), LIMIT), LimitKey.of("e", List.of("a", "b_c"), LIMIT),
                LimitKey.of("d", List.of("a", "b_c/token_bucket/PT1M"), LIMIT),
                LimitKey.of("d", List.of("a", "b_c"), Limit.of(Algorithm.SLIDING_LOG, 10, MINUTE, Precision.MEMORY)),
                LimitKey.of("d", List.of("a", "b_c"),
                        Limit.of(Algorithm.TOKEN_BUCKET, 10, new Window.Length(Duration.ofHours(1)), Precision.MEMORY)),
                LimitKey.ofOwnLimit("d", List.of("a", "b_c"), LIMIT)))
                .doesNotHaveDuplicates();
    }

    @Test
    void of_otherNumbers_isTheSameKey() {
        LimitKey key = LimitKey.of("d", List.of("a", "b"), LIMIT);
        LimitKey other = LimitKey.of("d", List.of("a", "b"),
                Limit.tokenBucket(99, 7, MINUTE, Precision.MEMORY));

        assertThat(other).isEqualTo(key).hasSameHashCodeAs(key).hasToString("1:d1:a1:b/token_bucket/PT1M");
        assertThat(key.domain()).isEqualTo("d");
    }
}
