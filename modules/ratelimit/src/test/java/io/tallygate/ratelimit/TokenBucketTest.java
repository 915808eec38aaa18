package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The debt of integers against Bucket4j, which keeps tokens and the remainder of a division. */
class TokenBucketTest {

    private static final int OPERATIONS_EACH = 500;
    private static final long REQUESTS_MAX = 1_000_000;
    private static final long WINDOW_MILLIS_MAX = 1_000_000;

    /** Bucket4j's clock. */
    private static final class Nanos implements TimeMeter {

        private long nanos = TestClock.START;

        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    @Test
    void operations_random_areThoseOfBucket4j() {
        long seed = Seeds.fresh("token bucket");
        for (int done = 0, run = 0; done < Seeds.operations(); done += OPERATIONS_EACH, run++) {
            compare(seed + run);
        }
    }

    private static void compare(long seed) {
        var random = new SplittableRandom(seed);
        long requests = Seeds.skewed(random, REQUESTS_MAX);
        long burst = random.nextBoolean() ? requests : Seeds.skewed(random, REQUESTS_MAX);
        Duration window = Duration.ofMillis(Seeds.skewed(random, WINDOW_MILLIS_MAX));
        Limit limit = Limit.tokenBucket(requests, burst, new Window.Length(window), Precision.MEMORY);
        var meter = new Meter(limit);
        var time = new Nanos();
        var clock = new JumpyClock(random, window.toNanos());
        Bucket bucket = Bucket.builder()
                .addLimit(bandwidth -> bandwidth.capacity(burst).refillGreedy(requests, window))
                .withCustomTimePrecision(time)
                .build();
        assertThat(limit.tick()).isEqualTo(Tick.NANOSECOND);

        boolean full = true;
        for (int i = 0; i < OPERATIONS_EACH; i++) {
            String at = "seed " + seed + ", operation " + i + ", " + limit;
            long step = random.nextLong(2 * Seeds.skewed(random, window.toNanos()));
            // A full bucket has no time here, and keeps it there.
            time.nanos = full ? clock.stepOn(step) : clock.step(step);
            long hits = random.nextInt(4) == 0 ? Seeds.skewed(random, 2 * burst) : Seeds.skewed(random, burst);
            switch (random.nextInt(10)) {
                case 0 -> {
                    bucket.addTokens(hits);
                    meter.take(time.nanos, -hits);
                }
                case 1 -> {
                    bucket.consumeIgnoringRateLimits(hits);
                    meter.force(time.nanos, hits);
                }
                default -> assertThat(meter.take(time.nanos, hits).allowed()).as(at)
                        .isEqualTo(bucket.tryConsume(hits));
            }
            LimitDecision look = meter.look(time.nanos, hits);
            full = look.remaining() == burst;
            assertThat(look.remaining()).as(at).isEqualTo(Math.max(0, bucket.getAvailableTokens()));
            if (hits <= burst) {
                // Theirs is from the time of the state, and rounded down to when the last token may be not quite there.
                long theirs = bucket.estimateAbilityToConsume(hits).getNanosToWaitForRefill();
                long ours = look.allowed() ? 0 : look.retryAfterNanos().orElseThrow() - (look.at() - look.now());
                assertThat(ours).as(at).isBetween(theirs, theirs + 1);
            }
        }
    }
}
