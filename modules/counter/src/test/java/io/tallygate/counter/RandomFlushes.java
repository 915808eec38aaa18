package io.tallygate.counter;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Flushes over few counters and few idempotency keys, so that they meet often; values up to the ends of the range. */
final class RandomFlushes {

    static final List<CounterKey> COUNTERS = List.of(
            new CounterKey("a", "likes"), new CounterKey("b", "likes"), new CounterKey("B", "likes"),
            new CounterKey("a", "views"), new CounterKey("é{日本}😀", "views"),
            new CounterKey("it's \"x\":%1\\", "views"),
            new CounterKey("a:b", "c"), new CounterKey("a", "b:c"));

    private static final long[] DELTAS = {
            1, 1, 1, 2, -1, 7, Increment.DELTA_MAX, -Increment.DELTA_MAX, 1L << 61, -(1L << 61), 1L << 62, -(1L << 62),
            Long.MAX_VALUE, Long.MIN_VALUE};

    private final Random random;
    private final TestWriter writer;
    private Instant now;

    RandomFlushes(Random random, Instant start) {
        this.random = random;
        this.writer = new TestWriter(start);
        this.now = start;
    }

    Instant now() {
        return now;
    }

    Flush next() {
        now = now.plus(Duration.ofSeconds(random.nextInt(3_600)));
        var changes = new ArrayList<Change>();
        for (int i = random.nextInt(7); i > 0; i--) {
            CounterKey counter = counter();
            changes.add(random.nextInt(8) == 0 ? new Change.Reset(counter) : add(counter));
        }
        var requests = new ArrayList<KeyedRequest>();
        for (int i = Math.max(0, random.nextInt(6) - 2); i > 0; i--) {
            requests.add(keyedRequest());
        }
        return writer.next(now, changes, requests);
    }

    private KeyedRequest keyedRequest() {
        var changes = new ArrayList<Change.Add>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            changes.add(add(counter()));
        }
        var key = new IdempotencyKey("request-" + random.nextInt(40), "print-" + random.nextInt(2));
        return new KeyedRequest(key, changes);
    }

    private Change.Add add(CounterKey counter) {
        long delta = DELTAS[random.nextInt(random.nextInt(4) == 0 ? DELTAS.length : 8)];
        boolean foldable = Math.abs(delta) <= 1L << 61 && delta != Long.MIN_VALUE;
        return foldable && random.nextBoolean() ? Change.Add.folded(counter, delta) : Change.Add.single(counter, delta);
    }

    private CounterKey counter() {
        return COUNTERS.get(random.nextInt(COUNTERS.size()));
    }
}
