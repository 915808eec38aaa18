package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** How a level changes, on a clock that the test sets. */
final class LadderTest {

    private static final LadderRules RULES = LadderRules.DEFAULT;
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Evidence DEGRADING = new Evidence(Level.DEGRADED, Level.DEGRADED, Level.DEGRADED, 0, 0);
    private static final Evidence MINIMIZING = new Evidence(Level.MINIMAL, Level.MINIMAL, Level.MINIMAL, 0, 0);

    private long now;
    private Ladder ladder = Ladder.normal(0);

    private void tick(Evidence evidence) {
        now += TICK.toNanos();
        ladder = ladder.next(evidence, RULES, now);
    }

    private void pass(Duration time, Evidence evidence) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(TICK)) {
            tick(evidence);
        }
    }

    /** How long it takes until the level is this one. */
    private Duration until(Level level, Evidence evidence) {
        Duration passed = Duration.ZERO;
        while (ladder.level() != level) {
            tick(evidence);
            passed = passed.plus(TICK);
            assertThat(passed).isLessThan(Duration.ofHours(1));
        }
        return passed;
    }

    private static Evidence calls(long calls, long failures) {
        return new Evidence(Level.NORMAL, Level.NORMAL, Level.NORMAL, calls, failures);
    }

    @Test
    void next_aBadNeed_fallsAtOnceAsFarAsItMust() {
        tick(DEGRADING);
        assertThat(ladder.level()).isEqualTo(Level.DEGRADED);
        tick(MINIMIZING);
        assertThat(ladder.level()).isEqualTo(Level.MINIMAL);
        assertThat(Ladder.normal(0).next(MINIMIZING, RULES, 1).level()).isEqualTo(Level.MINIMAL);
    }

    @Test
    void next_callsThatFail_fallFromTwentyOn() {
        tick(calls(19, 19));
        assertThat(ladder.level()).isEqualTo(Level.NORMAL);
        tick(calls(20, 2));
        assertThat(ladder.level()).isEqualTo(Level.NORMAL);
        tick(calls(20, 3));
        assertThat(ladder.level()).isEqualTo(Level.DEGRADED);
    }

    @Test
    void next_allIsWellAgain_risesOneRungAfterDwellAndSteps() {
        tick(MINIMIZING);
        Duration first = until(Level.DEGRADED, Evidence.GOOD);
        Duration second = until(Level.NORMAL, Evidence.GOOD);

        assertThat(first).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(52));
        assertThat(second).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(52));
    }

    @Test
    void next_whileItIsTried_theShareGrows() {
        tick(DEGRADING);
        pass(RULES.dwell(), Evidence.GOOD);
        var shares = new ArrayList<Integer>();
        while (ladder.level() != Level.NORMAL) {
            if (ladder.isTrying() && (shares.isEmpty() || ladder.step() != shares.getLast())) {
                shares.add(ladder.step());
            }
            tick(Evidence.GOOD);
        }
        assertThat(shares).containsExactly(0, 1, 2, 3);
        assertThat(RULES.shares()).containsExactly(10, 25, 50, 100);
    }

    @Test
    void next_aNeedThatIsNotProven_isNotTried() {
        tick(DEGRADING);
        pass(Duration.ofMinutes(5), new Evidence(Level.NORMAL, Level.DEGRADED, Level.NORMAL, 0, 0));
        assertThat(ladder.isTrying()).isFalse();
    }

    @Test
    void next_onlyACriticalNeedIsWell_risesToDegradedAndNoFurther() {
        tick(MINIMIZING);
        until(Level.DEGRADED, DEGRADING);
        pass(Duration.ofMinutes(10), DEGRADING);
        assertThat(ladder.level()).isEqualTo(Level.DEGRADED);
        assertThat(ladder.isTrying()).isFalse();
    }

    @Test
    void next_aFailureWhileItDwells_dwellsFromThenOn() {
        tick(DEGRADING);
        pass(Duration.ofSeconds(25), Evidence.GOOD);
        tick(new Evidence(Level.NORMAL, Level.DEGRADED, Level.DEGRADED, 0, 0));
        assertThat(until(Level.NORMAL, Evidence.GOOD)).isGreaterThanOrEqualTo(Duration.ofSeconds(50));
        assertThat(ladder.relapses()).isZero();
    }

    @Test
    void next_aTryThatGoesBadly_isARelapseAndDoublesTheDwell() {
        tick(DEGRADING);
        pass(RULES.dwell().plus(TICK), Evidence.GOOD);
        assertThat(ladder.isTrying()).isTrue();
        tick(calls(20, 0));
        assertThat(ladder.isTrying()).isTrue();
        tick(calls(100, 3));
        assertThat(ladder.isTrying()).isFalse();
        assertThat(ladder.level()).isEqualTo(Level.DEGRADED);
        assertThat(until(Level.NORMAL, Evidence.GOOD)).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(82));
    }

    @Test
    void next_fallsSoonAfterRises_dwellUpToFiveMinutes() {
        var times = new ArrayList<Duration>();
        for (int i = 0; i < 7; i++) {
            tick(DEGRADING);
            times.add(until(Level.NORMAL, Evidence.GOOD));
        }
        assertThat(times.stream().map(time -> time.minus(Duration.ofSeconds(20)).toSeconds()))
                .satisfiesExactly(seconds -> assertThat(seconds).isBetween(30L, 32L),
                        seconds -> assertThat(seconds).isBetween(60L, 62L),
                        seconds -> assertThat(seconds).isBetween(120L, 122L),
                        seconds -> assertThat(seconds).isBetween(240L, 242L),
                        seconds -> assertThat(seconds).isBetween(300L, 302L),
                        seconds -> assertThat(seconds).isBetween(300L, 302L),
                        seconds -> assertThat(seconds).isBetween(300L, 302L));
    }

    @Test
    void next_tenMinutesOfNormal_makeUpForAllRelapses() {
        for (int i = 0; i < 3; i++) {
            tick(DEGRADING);
            until(Level.NORMAL, Evidence.GOOD);
        }
        pass(Duration.ofMinutes(10).plus(TICK), Evidence.GOOD);
        assertThat(ladder.relapses()).isZero();
        tick(DEGRADING);
        assertThat(until(Level.NORMAL, Evidence.GOOD)).isLessThan(Duration.ofSeconds(52));
    }

    @Test
    void next_aNodesOwnRules_dwellUpToATenthLonger() {
        assertThat(RULES.ofNode(0).dwell()).isEqualTo(RULES.dwell());
        assertThat(RULES.ofNode(0.999).dwell()).isBetween(Duration.ofMillis(32_900), Duration.ofSeconds(33));
    }

    /** Whatever happens: no fall is late, no rise is without its dwell and its steps, and none skips a rung. */
    @RepeatedTest(20)
    void next_anyEvidence_risesAtMostOnceInADwell() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        long lastChange = 0;
        Duration shortest = RULES.dwell().plus(RULES.step().multipliedBy(4));
        Evidence evidence = Evidence.GOOD;
        for (int i = 0; i < 40_000; i++) {
            if (random.nextInt(80) == 0) {
                evidence = random.nextInt(3) > 0 ? Evidence.GOOD : any(random);
            }
            Level before = ladder.level();
            tick(evidence);
            assertThat(ladder.level().compareTo(evidence.required())).as("seed %d", seed).isGreaterThanOrEqualTo(0);
            if (before.isWorseThan(ladder.level())) {
                assertThat(before.severity() - ladder.level().severity()).as("seed %d", seed).isOne();
                assertThat(Duration.ofNanos(now - lastChange)).as("seed %d", seed)
                        .isGreaterThanOrEqualTo(shortest);
            }
            if (before != ladder.level()) {
                lastChange = now;
            }
        }
    }

    /** From wherever it stands, worse evidence never leads to a better level. */
    @RepeatedTest(20)
    void next_worseEvidence_neverLeadsToABetterLevel() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Evidence evidence = random.nextInt(4) > 0 ? Evidence.GOOD : any(random);
            Evidence worse = worse(evidence, random);
            long later = now + TICK.toNanos();
            assertThat(ladder.next(worse, RULES, later).level().compareTo(ladder.next(evidence, RULES, later).level()))
                    .as("%s and %s at %s, seed %d", evidence, worse, ladder, seed).isGreaterThanOrEqualTo(0);
            if (random.nextInt(100) == 0) {
                pass(Duration.ofSeconds(random.nextInt(60)), Evidence.GOOD);
            }
            tick(evidence);
        }
    }

    /** What comes and goes within a dwell holds the level where it is. */
    @Test
    void next_aNeedThatFlaps_isNotFollowed() {
        int rises = 0;
        for (int i = 0; i < 100; i++) {
            Level before = ladder.level();
            pass(Duration.ofSeconds(6), DEGRADING);
            pass(Duration.ofSeconds(24), Evidence.GOOD);
            rises += before.isWorseThan(ladder.level()) ? 1 : 0;
        }
        assertThat(rises).isZero();
        assertThat(ladder.level()).isEqualTo(Level.DEGRADED);
        assertThat(until(Level.NORMAL, Evidence.GOOD)).isLessThan(Duration.ofSeconds(52));
    }

    private static Evidence any(Random random) {
        List<Level> levels = List.of(Level.values());
        Level required = levels.get(random.nextInt(3));
        Level failing = levels.get(random.nextInt(3));
        long calls = random.nextInt(60);
        return new Evidence(required, required.worse(failing), failing, calls, calls * random.nextInt(20) / 100);
    }

    private static Evidence worse(Evidence evidence, Random random) {
        Evidence other = any(random);
        long failures = Math.min(evidence.calls(), evidence.failures() + random.nextInt(5));
        return new Evidence(evidence.required().worse(other.required()), evidence.unproven().worse(other.unproven()),
                evidence.failing().worse(other.failing()), evidence.calls(), failures);
    }
}
