package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each algorithm promises, on random schedules, without a word about how it counts. */
class PromisesTest {

    private static final int OPERATIONS_EACH = 300;
    private static final int RUNS = Math.max(200, Seeds.operations() / OPERATIONS_EACH);

    private record Passed(long nanos, long hits) {}

    private static Limit randomLimit(Algorithm algorithm, SplittableRandom random) {
        return limit(algorithm, Seeds.skewed(random, 1_000), Seeds.skewed(random, 60_000));
    }

    private static Limit limit(Algorithm algorithm, long requests, long windowMillis) {
        return Limit.of(algorithm, requests, new Window.Length(Duration.ofMillis(windowMillis)), Precision.MEMORY);
    }

    @ParameterizedTest
    @EnumSource
    void take_anySchedule_neverLetsMorePassThanPromised(Algorithm algorithm) {
        long seed = Seeds.fresh("never more, " + algorithm.code());
        for (int run = 0; run < RUNS; run++) {
            var random = new SplittableRandom(seed + run);
            Limit limit = random.nextBoolean() && algorithm == Algorithm.TOKEN_BUCKET
                    ? Limit.tokenBucket(Seeds.skewed(random, 1_000), Seeds.skewed(random, 1_000),
                            new Window.Length(Duration.ofMillis(Seeds.skewed(random, 60_000))), Precision.MEMORY)
                    : randomLimit(algorithm, random);
            long window = limit.windowTicks();
            var meter = new Meter(limit);
            List<Passed> passed = new ArrayList<>();
            long now = TestClock.START;
            for (int i = 0; i < OPERATIONS_EACH; i++) {
                now += random.nextInt(3) == 0 ? 0 : random.nextLong(1 + Seeds.skewed(random, window));
                long hits = Seeds.skewed(random, limit.burst());
                if (meter.take(now, hits).allowed()) {
                    passed.add(new Passed(now, hits));
                    requirePromise(limit, passed, "seed " + (seed + run) + ", " + limit);
                }
            }
        }
    }

    /** Looks at every interval that ends with the last hits. */
    private static void requirePromise(Limit limit, List<Passed> passed, String at) {
        long window = limit.windowTicks();
        long last = passed.getLast().nanos();
        long within = 0;
        for (int i = passed.size() - 1; i >= 0; i--) {
            Passed earlier = passed.get(i);
            within += earlier.hits();
            long since = last - earlier.nanos();
            boolean counts = switch (limit.algorithm()) {
                case FIXED_WINDOW -> Math.floorDiv(earlier.nanos(), window) == Math.floorDiv(last, window);
                case TOKEN_BUCKET -> true;
                case SLIDING_WINDOW, SLIDING_LOG, CONCURRENCY -> since < window;
            };
            if (counts) {
                long most = switch (limit.algorithm()) {
                    case TOKEN_BUCKET -> limit.burst() + since / window * limit.requests()
                            + since % window * limit.requests() / window;
                    case SLIDING_WINDOW -> 2 * limit.requests();
                    case FIXED_WINDOW, SLIDING_LOG, CONCURRENCY -> limit.requests();
                };
                assertThat(within).as(at + ", in the last " + since + " ns").isLessThanOrEqualTo(most);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void retryAfter_honoured_passesAndNotBefore(Algorithm algorithm) {
        long seed = Seeds.fresh("retry after, " + algorithm.code());
        int honoured = 0;
        for (int run = 0; run < RUNS; run++) {
            var random = new SplittableRandom(seed + run);
            Limit limit = randomLimit(algorithm, random);
            var meter = new Meter(limit);
            var clock = new JumpyClock(random, limit.windowTicks());
            for (int i = 0; i < OPERATIONS_EACH; i++) {
                long now = clock.step(random.nextLong(1 + Seeds.skewed(random, limit.windowTicks())));
                if (random.nextInt(30) == 0) {
                    meter.force(now, Seeds.skewed(random, 2 * limit.burst()));
                }
                long hits = Seeds.skewed(random, limit.burst());
                LimitDecision decision = meter.take(now, hits);
                OptionalLong after = decision.retryAfterNanos();
                assertThat(after.isPresent()).isEqualTo(!decision.allowed());
                if (after.isPresent()) {
                    String at = "seed " + (seed + run) + ", operation " + i + ", " + hits + " of " + limit;
                    long then = now + after.getAsLong();
                    assertThat(meter.look(then, hits).allowed()).as(at).isTrue();
                    assertThat(meter.look(then - 1, hits).allowed()).as(at).isFalse();
                    honoured++;
                }
            }
        }
        assertThat(honoured).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void resetAfter_honoured_leavesTheWholeLimit(Algorithm algorithm) {
        long seed = Seeds.fresh("reset after, " + algorithm.code());
        for (int run = 0; run < RUNS; run++) {
            var random = new SplittableRandom(seed + run);
            Limit limit = randomLimit(algorithm, random);
            var meter = new Meter(limit);
            var clock = new JumpyClock(random, limit.windowTicks());
            for (int i = 0; i < 20; i++) {
                long now = clock.step(random.nextLong(1 + Seeds.skewed(random, limit.windowTicks())));
                LimitDecision decision = meter.take(now, Seeds.skewed(random, limit.burst()));
                OptionalLong after = decision.resetAfterNanos();
                assertThat(after.isPresent()).isEqualTo(algorithm != Algorithm.CONCURRENCY);
                if (after.isPresent()) {
                    assertThat(meter.look(now + after.getAsLong(), 1).remaining())
                            .as("seed %d, operation %d, %s", seed + run, i, limit).isEqualTo(limit.burst());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void take_moreThanTheLimit_neverPassesAndSaysSo(Algorithm algorithm) {
        Limit limit = limit(algorithm, 10, 1_000);
        var meter = new Meter(limit);

        LimitDecision decision = meter.take(TestClock.START, 11);

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.exceedsLimit()).isTrue();
        assertThat(decision.retryAfterNanos()).isEmpty();
        assertThat(decision.remaining()).isEqualTo(10);
        assertThat(meter.take(TestClock.START, 10).allowed()).isTrue();
        assertThat(meter.take(TestClock.START, 10).exceedsLimit()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void take_limitOfZero_neverPassesAndSaysSo(Algorithm algorithm) {
        var meter = new Meter(limit(algorithm, 0, 1_000));

        LimitDecision decision = meter.take(TestClock.START, 1);

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.exceedsLimit()).isTrue();
        assertThat(decision.retryAfterNanos()).isEmpty();
        assertThat(decision.remaining()).isZero();
        assertThat(meter.force(TestClock.START, 3)).matches(LimitDecision::allowed).matches(LimitDecision::over);
        assertThat(meter.look(TestClock.START, 1).remaining()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void take_denied_changesNothing(Algorithm algorithm) {
        long seed = Seeds.fresh("denied, " + algorithm.code());
        for (int run = 0; run < RUNS; run++) {
            var random = new SplittableRandom(seed + run);
            Limit limit = randomLimit(algorithm, random);
            var asked = new Meter(limit);
            var spared = new Meter(limit);
            var clock = new JumpyClock(random, limit.windowTicks());
            for (int i = 0; i < OPERATIONS_EACH; i++) {
                long now = clock.step(random.nextLong(1 + Seeds.skewed(random, limit.windowTicks())));
                long hits = Seeds.skewed(random, limit.burst() + 1);
                LimitDecision decision = asked.take(now, hits);
                if (decision.allowed()) {
                    assertThat(spared.take(now, hits)).as("seed %d, operation %d", seed + run, i)
                            .isEqualTo(decision);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void look_always_changesNothing(Algorithm algorithm) {
        Limit limit = limit(algorithm, 3, 1_000);
        var meter = new Meter(limit);
        meter.take(TestClock.START, 2);

        assertThat(meter.look(TestClock.START, 1).allowed()).isTrue();
        assertThat(meter.look(TestClock.START, 2).allowed()).isFalse();
        assertThat(meter.take(TestClock.START, 0).allowed()).isTrue();
        assertThat(meter.take(TestClock.START, 1).remaining()).isZero();
        assertThat(meter.take(TestClock.START, 0).allowed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void clock_setBackFar_deniesForOneWindowAtMostAndNeverGivesMore(Algorithm algorithm) {
        long seed = Seeds.fresh("clock set back, " + algorithm.code());
        for (int run = 0; run < RUNS; run++) {
            var random = new SplittableRandom(seed + run);
            Limit limit = randomLimit(algorithm, random);
            long window = limit.windowTicks();
            String at = "seed " + (seed + run) + ", " + limit;
            var meter = new Meter(limit);
            meter.take(TestClock.START, 1);
            // One more window than what is believed, as the next one may have begun.
            long now = TestClock.START - 2 * window - 1 - random.nextLong(100 * window);

            LimitDecision decision = meter.take(now, 1);

            assertThat(decision.allowed()).as(at).isFalse();
            assertThat(decision.remaining()).as(at).isZero();
            long after = decision.retryAfterNanos().orElseThrow();
            // An estimate needs the first of the hits before to have lost its weight.
            long grace = algorithm == Algorithm.SLIDING_WINDOW ? Math.ceilDiv(window, limit.requests()) : 0;
            assertThat(after).as(at).isBetween(1L, window + grace);
            assertThat(meter.take(now + after / 2, limit.burst()).allowed()).as(at).isFalse();
            assertThat(meter.take(now + after, 1).allowed()).as(at).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void clock_setBackALittle_countsOn(Algorithm algorithm) {
        Limit limit = limit(algorithm, 3, 1_000);
        var meter = new Meter(limit);
        meter.take(TestClock.START, 2);
        long back = TestClock.START - Duration.ofMillis(900).toNanos();

        assertThat(meter.take(back, 1).allowed()).isTrue();
        LimitDecision denied = meter.take(back, 1);

        assertThat(denied.allowed()).isFalse();
        long then = back + denied.retryAfterNanos().orElseThrow();
        assertThat(meter.look(then, 1).allowed()).isTrue();
        assertThat(meter.look(then - 1, 1).allowed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void limit_changedInFlight_keepsWhatWasUsed(Algorithm algorithm) {
        var meter = new Meter(limit(algorithm, 10, 1_000));
        meter.take(TestClock.START, 7);

        meter.become(limit(algorithm, 25, 1_000));
        assertThat(meter.take(TestClock.START, 0).remaining()).isEqualTo(18);
        assertThat(meter.take(TestClock.START, 1).remaining()).isEqualTo(17);
        meter.become(limit(algorithm, 3, 1_000));
        LimitDecision denied = meter.take(TestClock.START, 1);

        assertThat(denied.allowed()).isFalse();
        assertThat(denied.remaining()).isZero();
        long then = TestClock.START + denied.retryAfterNanos().orElseThrow();
        assertThat(meter.look(then, 1).allowed()).isTrue();
    }

    @Test
    void limit_changedInFlight_keepsWhatWasPaidByThen() {
        var meter = new Meter(limit(Algorithm.TOKEN_BUCKET, 100, 1_000));
        meter.take(TestClock.START, 50);
        long later = TestClock.START + Duration.ofMillis(205).toNanos();

        // Of the 50, 20.5 are paid, and half a hit counts whole.
        meter.become(limit(Algorithm.TOKEN_BUCKET, 40, 1_000));

        assertThat(meter.look(later, 1).remaining()).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(names = {"TOKEN_BUCKET", "SLIDING_WINDOW"})
    void limit_changedToAnotherTick_keepsWhatWasUsed(Algorithm algorithm) {
        Limit small = limit(algorithm, 10, 86_400_000);
        Limit large = limit(algorithm, 100_000_007, 86_400_000);
        assertThat(small.tick()).isNotEqualTo(large.tick());
        var meter = new Meter(small);
        meter.take(TestClock.START + 1, 7);

        meter.become(large);
        assertThat(meter.take(TestClock.START + 1, 1).remaining()).isEqualTo(large.requests() - 8);
        meter.become(small);

        assertThat(meter.take(TestClock.START + 1, 2).allowed()).isTrue();
        assertThat(meter.take(TestClock.START + 1, 1).allowed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void giveBack_moreThanWasTaken_givesBackWhatCounts(Algorithm algorithm) {
        var meter = new Meter(limit(algorithm, 10, 1_000));
        meter.take(TestClock.START, 4);

        assertThat(meter.take(TestClock.START, -1)).matches(LimitDecision::allowed)
                .extracting(LimitDecision::remaining).isEqualTo(7L);
        assertThat(meter.take(TestClock.START, -100).remaining()).isEqualTo(10);
        assertThat(meter.take(TestClock.START, 10).allowed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void force_beyondTheLimit_isOverAndHasToBePaid(Algorithm algorithm) {
        var meter = new Meter(limit(algorithm, 10, 1_000));

        LimitDecision within = meter.force(TestClock.START, 10);
        LimitDecision beyond = meter.force(TestClock.START, 15);

        assertThat(within.over()).isFalse();
        assertThat(beyond).matches(LimitDecision::allowed).matches(LimitDecision::over);
        assertThat(beyond.remaining()).isZero();
        LimitDecision denied = meter.take(TestClock.START, 1);
        assertThat(denied.allowed()).isFalse();
        long then = TestClock.START + denied.retryAfterNanos().orElseThrow();
        assertThat(meter.look(then, 1).allowed()).isTrue();
        assertThat(meter.look(then - 1, 1).allowed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void force_asMuchAsThereIs_neverOverflows(Algorithm algorithm) {
        var meter = new Meter(limit(algorithm, 10, 1_000));
        for (int i = 0; i < 1_000; i++) {
            assertThat(meter.force(TestClock.START, Limit.REQUESTS_MAX).allowed()).isTrue();
        }

        LimitDecision denied = meter.take(TestClock.START, 1);

        assertThat(denied.allowed()).isFalse();
        assertThat(denied.remaining()).isZero();
        assertThat(denied.retryAfterNanos().orElseThrow()).isPositive();
    }
}
