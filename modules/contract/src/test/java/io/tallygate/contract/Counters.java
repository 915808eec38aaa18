package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Getting counters to where a test wants them. */
final class Counters {

    private static final long DELTA_MAX = 1L << 53;
    private static final int OPERATIONS_MAX = 1_000;

    private Counters() {}

    /** To 2^63 − 1, which is 1023 times the largest delta and once that less one. */
    static void raiseToMaximum(CounterApi counterApi, Counter counter) {
        repeat(counterApi, counter, DELTA_MAX, 1_023);
        assertThat(counterApi.increment(counter, DELTA_MAX - 1)).isEqualTo(Long.MAX_VALUE);
    }

    /** To −2^63, which is 1024 times the smallest delta. */
    static void lowerToMinimum(CounterApi counterApi, Counter counter) {
        repeat(counterApi, counter, -DELTA_MAX, 1_024);
        assertThat(counterApi.value(counter)).isEqualTo(Long.MIN_VALUE);
    }

    private static void repeat(CounterApi counterApi, Counter counter, long delta, int times) {
        var operations = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < times; i++) {
            operations.add(Json.increment(counter, delta));
        }
        for (int from = 0; from < times; from += OPERATIONS_MAX) {
            List<Map<String, Object>> part = operations.subList(from, Math.min(times, from + OPERATIONS_MAX));
            Answer answer = counterApi.batchIncrement(part);
            assertThat(answer).isOk();
        }
    }
}
