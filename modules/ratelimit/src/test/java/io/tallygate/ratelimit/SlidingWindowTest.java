package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against its formula in exact arithmetic, and against the log that it stands for. */
class SlidingWindowTest {

    private static final int OPERATIONS_EACH = 500;

    @Test
    void operations_random_areThoseOfTheFormula() {
        long seed = Seeds.fresh("sliding window");
        for (int done = 0, run = 0; done < Seeds.operations(); done += OPERATIONS_EACH, run++) {
            compareWithFormula(seed + run);
        }
    }

    private static Limit randomLimit(SplittableRandom random) {
        // A window of a day with millions has a coarser tick than one of a second with ten.
        return Limit.of(Algorithm.SLIDING_WINDOW, Seeds.skewed(random, 100_000_000),
                new Window.Length(Duration.ofMillis(Seeds.skewed(random, 86_400_000))), Precision.MEMORY);
    }

    private static void compareWithFormula(long seed) {
        var random = new SplittableRandom(seed);
        Limit limit = randomLimit(random);
        var meter = new Meter(limit);
        Map<Long, Long> counts = new HashMap<>();
        long windowNanos = limit.windowTicks() * limit.tick().nanos();
        var clock = new JumpyClock(random, windowNanos);
        long stored = 0;

        for (int i = 0; i < OPERATIONS_EACH; i++) {
            String at = "seed " + seed + ", operation " + i + ", " + limit;
            long nanos = clock.step(random.nextLong(1 + Seeds.skewed(random, windowNanos)));
            long now = limit.tick().of(nanos);
            if (counts.getOrDefault(stored, 0L) == 0 && counts.getOrDefault(stored - 1, 0L) == 0) {
                // Where nothing counts, a clock that is set back is believed.
                counts.clear();
                stored = 0;
            }
            long window = Math.max(stored, Math.floorDiv(now, limit.windowTicks()));
            long elapsed = Math.max(0, now - window * limit.windowTicks());
            long hits = Seeds.skewed(random, limit.requests() + 1);
            if (random.nextInt(10) == 0) {
                meter.take(nanos, -hits);
                giveBack(counts, window, hits);
                stored = window;
            } else if (random.nextInt(20) == 0) {
                meter.force(nanos, hits);
                counts.merge(window, hits, Long::sum);
                stored = window;
            } else {
                boolean fits = estimate(counts, window, elapsed, limit) + hits <= limit.requests();
                assertThat(meter.take(nanos, hits).allowed()).as(at).isEqualTo(fits);
                counts.merge(window, fits ? hits : 0, Long::sum);
                stored = fits ? window : stored;
            }
            assertThat(meter.look(nanos, 1).remaining()).as(at)
                    .isEqualTo(Math.max(0, limit.requests() - estimate(counts, window, elapsed, limit)));
        }
    }

    private static void giveBack(Map<Long, Long> counts, long window, long hits) {
        long current = counts.getOrDefault(window, 0L);
        long previous = counts.getOrDefault(window - 1, 0L);
        counts.put(window, Math.max(0, current - hits));
        counts.put(window - 1, Math.max(0, previous - Math.max(0, hits - current)));
    }

    /** {@code ceil(previous × (W − e) / W) + current}. */
    private static long estimate(Map<Long, Long> counts, long window, long elapsed, Limit limit) {
        BigInteger length = BigInteger.valueOf(limit.windowTicks());
        BigInteger weighed = BigInteger.valueOf(counts.getOrDefault(window - 1, 0L))
                .multiply(length.subtract(BigInteger.valueOf(elapsed)));
        BigInteger rounded = weighed.add(length).subtract(BigInteger.ONE).divide(length);
        return rounded.longValueExact() + counts.getOrDefault(window, 0L);
    }

    @Test
    void decisions_againstALog_errWithinTheBoundsOfTheContract() {
        long seed = Seeds.fresh("sliding window and log");
        double tooManyMax = 0;
        double tooFewMax = 0;
        for (int run = 0; run < Math.max(100, Seeds.operations() / 1_000); run++) {
            var random = new SplittableRandom(seed + run);
            long window = Duration.ofSeconds(1).toNanos();
            long requests = Seeds.skewed(random, 200);
            Limit limit = Limit.of(Algorithm.SLIDING_WINDOW, requests, new Window.Length(Duration.ofNanos(window)),
                    Precision.MEMORY);
            var meter = new Meter(limit);
            var log = new ArrayDeque<Long>();
            Map<Long, Long> counts = new HashMap<>();
            // Crowds and pauses, which is where an estimate errs.
            for (long now = TestClock.START; now < TestClock.START + 20 * window;) {
                now += random.nextInt(50) == 0 ? random.nextLong(window) : 1 + random.nextLong(window / requests);
                long oldest = now - window;
                log.removeIf(hit -> hit <= oldest);
                long number = Math.floorDiv(now, window);
                double previous = counts.getOrDefault(number - 1, 0L);
                double elapsed = (double) Math.floorMod(now, window) / window;
                String at = "seed " + (seed + run) + ", " + (now - TestClock.START) + " ns, " + limit;
                if (meter.take(now, 1).allowed()) {
                    log.add(now);
                    counts.merge(number, 1L, Long::sum);
                    double tooMany = log.size() - requests;
                    assertThat(tooMany).as(at).isLessThanOrEqualTo(previous * elapsed + 1e-6);
                    tooManyMax = Math.max(tooManyMax, tooMany / requests);
                } else {
                    double tooFew = requests - log.size();
                    assertThat(tooFew).as(at).isLessThan(previous * (1 - elapsed) + 1);
                    tooFewMax = Math.max(tooFewMax, tooFew / requests);
                }
            }
        }
        System.out.printf("sliding window against a log: at most %.0f %% of the limit too many, %.0f %% too few%n",
                100 * tooManyMax, 100 * tooFewMax);
        assertThat(tooManyMax).isPositive();
        assertThat(tooFewMax).isPositive();
    }
}
