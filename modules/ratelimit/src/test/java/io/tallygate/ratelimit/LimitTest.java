package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.InvalidInputException;
import java.time.Duration;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitTest {

    private static final long MOST = Limit.REQUESTS_MAX;

    private static Window window(String length) {
        return new Window.Length(Duration.parse(length));
    }

    @ParameterizedTest
    @CsvSource({"TOKEN_BUCKET, 100, PT1M, MEMORY, NANOSECOND", "TOKEN_BUCKET, 100, PT1M, REDIS, MICROSECOND",
            // In lowest terms the window is 5760000000000 ns for 286331153 requests, and as many times that for a burst.
            "TOKEN_BUCKET, 4294967295, PT24H, MEMORY, MILLISECOND",
            "TOKEN_BUCKET, 4294967295, PT1S, REDIS, MICROSECOND",
            "TOKEN_BUCKET, 1000000007, PT1H, REDIS, MILLISECOND", "SLIDING_WINDOW, 1000, PT1H, MEMORY, NANOSECOND",
            "SLIDING_WINDOW, 1000000, PT24H, MEMORY, MICROSECOND", "SLIDING_WINDOW, 1000, PT24H, REDIS, MICROSECOND",
            "SLIDING_WINDOW, 1000000, PT24H, REDIS, MILLISECOND",
            "FIXED_WINDOW, 4294967295, PT8760H, REDIS, MICROSECOND",
            "SLIDING_LOG, 10000, PT8760H, MEMORY, NANOSECOND", "CONCURRENCY, 4294967295, PT1H, REDIS, MICROSECOND"})
    void tick_always_isTheFinestThatFits(Algorithm algorithm, long requests, String length, Precision precision,
            Tick tick) {
        Limit limit = Limit.of(algorithm, requests, window(length), precision);

        assertThat(limit.tick()).isEqualTo(tick);
        assertThat(limit.windowTicks() * tick.nanos()).isEqualTo(Duration.parse(length).toNanos());
    }

    @ParameterizedTest
    @CsvSource({"TOKEN_BUCKET, 4294967295, PT24H, REDIS", "TOKEN_BUCKET, 4294967291, PT87840H, MEMORY",
            "SLIDING_WINDOW, 4294967295, PT24H, REDIS", "SLIDING_WINDOW, 4294967295, PT8760H, MEMORY"})
    void of_fittingNoTick_isRefused(Algorithm algorithm, long requests, String length, Precision precision) {
        assertThatThrownBy(() -> Limit.of(algorithm, requests, window(length), precision))
                .isInstanceOfSatisfying(InvalidInputException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo("requests_per_unit"))
                .hasMessageContaining(algorithm.code());
    }

    @Test
    void tokenBucket_always_hasWeightAndRateInLowestTerms() {
        Limit limit = Limit.tokenBucket(90, 30, window("PT1M"), Precision.REDIS);

        assertThat(limit.weight()).isEqualTo(2_000_000);
        assertThat(limit.rate()).isEqualTo(3);
        assertThat(limit.capacity()).isEqualTo(60_000_000);
        assertThat(limit.hitsMax()).isEqualTo(30);
    }

    @ParameterizedTest
    @CsvSource({"FIXED_WINDOW, -1, PT1M, requests_per_unit", "FIXED_WINDOW, 4294967296, PT1M, requests_per_unit",
            "SLIDING_LOG, 10001, PT1M, requests_per_unit", "FIXED_WINDOW, 1, PT0S, window",
            "FIXED_WINDOW, 1, PT-1S, window", "FIXED_WINDOW, 1, PT0.0001S, window", "FIXED_WINDOW, 1, PT87841H, window",
            "CONCURRENCY, 1, PT1H0.001S, window"})
    void of_outOfRange_isRefusedByName(Algorithm algorithm, long requests, String length, String field) {
        assertThatThrownBy(() -> Limit.of(algorithm, requests, window(length), Precision.MEMORY))
                .isInstanceOfSatisfying(InvalidInputException.class,
                        refusal -> assertThat(refusal.field()).isEqualTo(field));
    }

    @Test
    void tokenBucket_burstOutOfRange_isRefusedByName() {
        for (long burst : new long[]{0, -1, MOST + 1}) {
            assertThatThrownBy(() -> Limit.tokenBucket(1, burst, window("PT1M"), Precision.MEMORY))
                    .isInstanceOfSatisfying(InvalidInputException.class,
                            refusal -> assertThat(refusal.field()).isEqualTo("burst"));
        }
    }

    @Test
    void of_calendarWithAnotherAlgorithm_isRefusedByName() {
        var month = new Window.Calendar(Window.Calendar.Unit.MONTH, ZoneId.of("UTC"));

        assertThat(Limit.of(Algorithm.FIXED_WINDOW, 1, month, Precision.MEMORY).window()).isEqualTo(month);
        for (Algorithm algorithm : Algorithm.values()) {
            if (algorithm != Algorithm.FIXED_WINDOW) {
                assertThatThrownBy(() -> Limit.of(algorithm, 1, month, Precision.MEMORY))
                        .isInstanceOfSatisfying(InvalidInputException.class,
                                refusal -> assertThat(refusal.field()).isEqualTo("calendar"));
            }
        }
    }

    @Test
    void equals_sameNumbers_isTrue() {
        Limit limit = Limit.tokenBucket(10, 20, window("PT1M"), Precision.MEMORY);

        assertThat(Limit.tokenBucket(10, 20, window("PT1M"), Precision.MEMORY)).isEqualTo(limit)
                .hasSameHashCodeAs(limit);
        assertThat(Limit.tokenBucket(10, 21, window("PT1M"), Precision.MEMORY)).isNotEqualTo(limit);
        assertThat(Limit.tokenBucket(11, 20, window("PT1M"), Precision.MEMORY)).isNotEqualTo(limit);
        assertThat(Limit.tokenBucket(10, 20, window("PT2M"), Precision.MEMORY)).isNotEqualTo(limit);
        assertThat(Limit.tokenBucket(10, 20, window("PT1M"), Precision.REDIS)).isNotEqualTo(limit);
        assertThat(limit).hasToString("token_bucket 10 for PT1M, burst 20");
    }
}
