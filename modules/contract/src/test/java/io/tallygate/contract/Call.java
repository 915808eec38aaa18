package io.tallygate.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * One write a client makes under load.
 *
 * @param key    makes it repeatable; empty for a client that has no keys
 * @param deltas what it adds to which counter, once
 */
record Call(String path, String body, String key, Map<Counter, Long> deltas) {

    private static final int DELTA_BOUND = 10;

    /** Where a client's calls come from; for one thread. */
    interface Source {
        Call next();
    }

    /** Single increments of these counters, some of them much more often than others. */
    static Source singles(List<Counter> counters, RandomGenerator random, String keyPrefix) {
        return new Source() {
            private int number;

            @Override
            public Call next() {
                return single(skewed(counters, random), 1 + random.nextInt(DELTA_BOUND), keyPrefix + "-" + number++,
                        false);
            }
        };
    }

    /** Single increments that are answered before they are stored. */
    static Source asyncSingles(List<Counter> counters, RandomGenerator random, String keyPrefix) {
        return new Source() {
            private int number;

            @Override
            public Call next() {
                return single(skewed(counters, random), 1 + random.nextInt(DELTA_BOUND), keyPrefix + "-" + number++,
                        true);
            }
        };
    }

    /** Batches of so many operations on these counters. */
    static Source batches(List<Counter> counters, int size, RandomGenerator random, String keyPrefix) {
        return new Source() {
            private int number;

            @Override
            public Call next() {
                var operations = new ArrayList<Map<String, Object>>();
                var deltas = new LinkedHashMap<Counter, Long>();
                for (int i = 0; i < size; i++) {
                    Counter counter = skewed(counters, random);
                    long delta = 1L + random.nextInt(DELTA_BOUND);
                    operations.add(Json.increment(counter, delta));
                    deltas.merge(counter, delta, Long::sum);
                }
                return new Call(CounterApi.BATCH_INCREMENT, Json.batch(operations), keyPrefix + "-" + number++,
                        Map.copyOf(deltas));
            }
        };
    }

    /** The same calls from a client that does without keys. */
    static Source withoutKeys(Source source) {
        return () -> {
            Call call = source.next();
            return new Call(call.path(), call.body(), "", call.deltas());
        };
    }

    private static Call single(Counter counter, long delta, String key, boolean async) {
        var body = Json.increment(counter, delta);
        if (async) {
            body.put("async", true);
        }
        return new Call(CounterApi.INCREMENT, Json.text(body), key, Map.of(counter, delta));
    }

    private static Counter skewed(List<Counter> counters, RandomGenerator random) {
        double place = random.nextDouble() * random.nextDouble();
        return counters.get((int) (place * counters.size()));
    }
}
