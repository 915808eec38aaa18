package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which limits a subject has, and by which calendars they go. */
final class SubjectLimitsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final LimitName MONTHLY = new LimitName("api", Per.MONTH);

    private static Period period(SubjectLimits limits, LimitName name, Instant at) {
        return limits.limits(name.quotaType()).stream().filter(limit -> limit.limit().name().equals(name)).findFirst()
                .orElseThrow().at(at).period();
    }

    private static Instant utc(String date) {
        return Instant.parse(date + "T00:00:00Z");
    }

    private static Subject subject(String yaml) {
        return Subject.read("acme", TestPlans.yaml(yaml), Map.of());
    }

    @Test
    void overrides_ofThePlansPeriods_replaceItsLimits() {
        Plan plan = TestPlans
                .plan("""
                        limits: [{quota_type: api, limit: 10, per: day}, {quota_type: api, limit: 100, per: month, anchor: 2026-01-15}]
                        """);
        Subject own = subject("""
                overrides: [{quota_type: api, limit: 500, per: month}, {quota_type: seats, limit: 3, per: lifetime}]
                """);

        SubjectLimits limits = SubjectLimits.of("acme", Optional.of(own), plan, PlanHistory.of(plan));

        assertThat(limits.limits("api")).extracting(limit -> limit.limit().per() + " " + limit.limit().most())
                .containsExactly("day 10", "month 500");
        assertThat(limits.limits("seats")).extracting(limit -> limit.limit().most()).containsExactly(3L);
        assertThat(period(limits, MONTHLY, NOW).start()).as("the plan's anchor").isEqualTo(utc("2026-11-15"));
        assertThat(limits.subject()).isEqualTo("acme");
    }

    @Test
    void anchor_ofAnOverride_winsOverTheSubjectsAndThatOverThePlans() {
        Plan plan = TestPlans
                .plan("""
                        limits: [{quota_type: api, limit: 9, per: month, anchor: 2026-01-15}, {quota_type: api, limit: 99, per: year}]
                        """);
        Subject own = subject("""
                anchor: 2026-03-10
                overrides: [{quota_type: api, limit: 99, per: year, anchor: 2026-05-05}]
                """);

        SubjectLimits limits = SubjectLimits.of("acme", Optional.of(own), plan, PlanHistory.of(plan));

        assertThat(period(limits, MONTHLY, NOW).start()).isEqualTo(utc("2026-11-10"));
        assertThat(period(limits, new LimitName("api", Per.YEAR), NOW).start()).isEqualTo(utc("2026-05-05"));
    }

    @Test
    void changed_anchorOfASubject_beginsWhenItsPeriodEnds() {
        Plan plan = TestPlans.plan("limits: [{quota_type: api, limit: 9, per: month}]");
        PlanHistory history = PlanHistory.of(plan);
        SubjectLimits before = SubjectLimits.of("acme", Optional.empty(), plan, history);

        Subject stored = before.changed(subject("anchor: 2026-01-15"), plan, history, NOW);
        SubjectLimits after = SubjectLimits.of("acme", Optional.of(Subject.decode(stored.encode())), plan, history);

        assertThat(period(after, MONTHLY, NOW)).isEqualTo(new Period(utc("2026-11-01"), utc("2026-12-01")));
        assertThat(after.effectiveAt(NOW)).contains(utc("2026-12-01"));
        assertThat(period(after, MONTHLY, utc("2026-12-05")))
                .isEqualTo(new Period(utc("2026-12-01"), utc("2026-12-15")));
        assertThat(after.effectiveAt(utc("2026-12-05"))).isEmpty();
    }

    @Test
    void changed_timeZoneOfAPlan_beginsForEachLimitWhenItsPeriodEnds() {
        Plan before = TestPlans.plan("""
                limits: [{quota_type: api, limit: 9, per: month}, {quota_type: api, limit: 5, per: day}]
                """);
        Plan after = TestPlans.plan("""
                time_zone: Asia/Tokyo
                limits: [{quota_type: api, limit: 9, per: month}, {quota_type: api, limit: 5, per: day}]
                """);
        PlanHistory history = PlanHistory.decode(PlanHistory.of(before).changed(NOW, after).encode());
        SubjectLimits limits = SubjectLimits.of("acme", Optional.empty(), after, history);

        assertThat(period(limits, new LimitName("api", Per.DAY), NOW))
                .isEqualTo(new Period(utc("2026-11-21"), utc("2026-11-22")));
        assertThat(period(limits, new LimitName("api", Per.DAY), utc("2026-11-22")))
                .isEqualTo(new Period(utc("2026-11-22"), Instant.parse("2026-11-22T15:00:00Z")));
        assertThat(period(limits, MONTHLY, utc("2026-11-30")))
                .isEqualTo(new Period(utc("2026-11-01"), utc("2026-12-01")));
        assertThat(limits.effectiveAt(NOW)).contains(utc("2026-12-01"));
    }

    @Test
    void changed_planHistoryWithoutOtherCalendars_isTheSame() {
        Plan plan = TestPlans.plan("limits: [{quota_type: api, limit: 9, per: month, anchor: 2026-01-15}]");
        Plan raised = TestPlans.plan("limits: [{quota_type: api, limit: 99, per: month, anchor: 2025-05-15}]");
        assertThat(PlanHistory.of(plan).changed(NOW, raised)).isEqualTo(PlanHistory.of(plan));
        Plan day = TestPlans.plan("limits: [{quota_type: api, limit: 9, per: day}]");
        assertThat(PlanHistory.of(day).changed(NOW, TestPlans.plan("limits: [{quota_type: api, limit: 1, per: day}]")))
                .isEqualTo(PlanHistory.of(day));
    }

    @Test
    void changed_planHistoryTooOften_isRefusedUntilTheOldestIsForgotten() {
        PlanHistory history = PlanHistory.of(zoned(0));
        for (int i = 1; i < PlanHistory.VERSIONS_MAX; i++) {
            history = history.changed(NOW.plusSeconds(i), zoned(i % 2));
        }
        PlanHistory full = history;
        Plan next = zoned(PlanHistory.VERSIONS_MAX % 2);

        assertThatThrownBy(() -> full.changed(NOW.plusSeconds(100), next)).isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("time_zone must not change");
        assertThat(full.changed(NOW.plus(PlanHistory.KEPT).plusSeconds(100), next).versions()).hasSize(2);
    }

    private static Plan zoned(int zone) {
        return TestPlans.plan("{time_zone: " + List.of("UTC", "Asia/Tokyo").get(zone) + ", limits: []}");
    }

    @Test
    void charge_ofSeveralTypes_findsTheirLimitsAndPeriods() {
        SubjectLimits limits = TestPlans.limits("""
                limits:
                - {quota_type: api, limit: 10, per: day}
                - {quota_type: api, limit: 100, per: month}
                - {quota_type: gb, limit: 1.5, per: lifetime, scale: 1}
                """);

        Charge charge = limits.charge(List.of(Wanted.positive("quotas[0].value", "gb", "0.5"),
                Wanted.positive("quotas[1].value", "api", "3")), NOW.plusNanos(1_234_567));

        assertThat(charge.at()).isEqualTo(NOW.plusMillis(1));
        assertThat(charge.items()).extracting(item -> item.quotaType() + " " + item.units())
                .containsExactly("gb 5", "api 3");
        assertThat(charge.limits()).extracting(limit -> limit.limit().name() + " " + limit.period().end())
                .containsExactly(new LimitName("gb", Per.LIFETIME) + " " + Period.NEVER,
                        new LimitName("api", Per.DAY) + " 2026-11-22T00:00:00Z",
                        new LimitName("api", Per.MONTH) + " 2026-12-01T00:00:00Z");
        assertThat(limits.charge(TestPlans.wanted("api", "1"), NOW.plusSeconds(1)).limits().getFirst())
                .as("made once a period").isSameAs(charge.limits().get(1));
        assertThat(limits.charge(TestPlans.wanted("api", "1"), NOW.plus(Duration.ofDays(1))).limits().getFirst())
                .isNotEqualTo(charge.limits().get(1));
    }

    @Test
    void charge_thatBreaksARule_saysWhich() {
        SubjectLimits limits = TestPlans.limits("limits: [{quota_type: api, limit: 10, per: day, scale: 1}]");

        assertThatThrownBy(() -> limits.charge(TestPlans.wanted("gb", "1"), NOW))
                .isInstanceOfSatisfying(DomainProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(QuotaProblem.UNKNOWN_QUOTA_TYPE));
        assertThatThrownBy(() -> limits.charge(TestPlans.wanted("api", "1.25"), NOW))
                .hasMessage("value must have at most 1 fraction digit");
        assertThatThrownBy(() -> limits.charge(List.of(), NOW)).hasMessage("quotas must be 1 to 20");
        Wanted one = TestPlans.wanted("api", "1").getFirst();
        assertThatThrownBy(() -> limits.charge(List.of(one, one), NOW))
                .hasMessage("quotas must name a quota type once");
        assertThatThrownBy(() -> Wanted.positive("value", "api", "0")).hasMessage("value must be greater than 0");
        assertThatThrownBy(() -> Wanted.notNegative("value", "api", "-1")).hasMessage("value must be at least 0");
    }

    @Test
    void charge_ofMoreLimitsThanAMemoHolds_isRefused() {
        String many = IntStream.range(0, 90)
                .mapToObj(i -> "{quota_type: t%d, limit: 1, per: PT%dM}".formatted(i / 9, 1 + i % 9))
                .collect(Collectors.joining(", "));
        SubjectLimits limits = TestPlans.limits("limits: [" + many + "]");
        List<Wanted> wanted = IntStream.range(0, 9).mapToObj(i -> TestPlans.wanted("t" + i, "1").getFirst()).toList();

        assertThat(limits.charge(wanted.subList(0, 8), NOW).limits()).hasSize(72);
        assertThatThrownBy(() -> limits.charge(wanted, NOW))
                .hasMessage("quotas must have at most 80 limits in all; with this one there are more");
    }

    /**
     * However plans, their time zones and anchors, and a subject's plan, anchor and overrides change: no change touches a
     * period that runs, a process that has not heard of it yet finds the same periods as one that has, and the periods of each
     * limit divide time.
     */
    @Test
    void changes_atRandom_openNoPeriodWhileOneRuns() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int history = 0; history < 300; history++) {
            var world = new World(random,
                    Instant.parse("2024-01-01T00:00:00Z").plusSeconds(random.nextLong(90_000_000)));
            for (int step = 0; step < 25; step++) {
                String as = "seed " + seed + ", history " + history + ", step " + step;
                SubjectLimits before = world.limits();
                Instant heard = world.now.plusMillis(random.nextLong(PlanHistory.SPREAD.toMillis()));
                world.change();
                SubjectLimits after = world.limits();
                for (Instant at : List.of(world.now, heard)) {
                    Map<LimitName, Period> running = periods(before, at);
                    Map<LimitName, Period> then = periods(after, at);
                    running.keySet().retainAll(then.keySet());
                    running.forEach((name, period) -> assertThat(then).as(as).containsEntry(name, period));
                }
                world.assertDivided(as);
                world.wait(random);
            }
        }
    }

    private static Map<LimitName, Period> periods(SubjectLimits limits, Instant at) {
        var periods = new HashMap<LimitName, Period>();
        for (SubjectLimit limit : limits.byType().getOrDefault("api", List.of())) {
            periods.put(limit.limit().name(), limit.at(at).period());
        }
        return periods;
    }

    /** Two plans and a subject, as they are stored. */
    private static final class World {

        private static final List<String> ZONES = List.of("UTC", "Asia/Kathmandu", "America/St_Johns", "Europe/Berlin");

        private final SplittableRandom random;
        private final List<Plan> plans = new ArrayList<>();
        private final List<PlanHistory> histories = new ArrayList<>();
        private int current;
        private Optional<Subject> subject = Optional.empty();
        private Instant now;

        World(SplittableRandom random, Instant now) {
            this.random = random;
            this.now = now;
            for (int i = 0; i < 2; i++) {
                plans.add(plan());
                histories.add(PlanHistory.of(plans.get(i)));
            }
        }

        private Plan plan() {
            return new Plan("plan", ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))), limitsOf(5));
        }

        /** @param oneIn how rarely a length is left out */
        private List<Limit> limitsOf(int oneIn) {
            var limits = new ArrayList<Limit>();
            for (Per per : List.of(Per.MINUTE, Per.HOUR, Per.DAY, Per.WEEK, Per.MONTH, Per.YEAR, Per.LIFETIME)) {
                if (random.nextInt(oneIn) > 0) {
                    limits.add(
                            new Limit(new LimitName("api", per), 5, per.hasAnchor() ? anchor() : null, true, null, 0));
                }
            }
            return limits;
        }

        private @Nullable LocalDate anchor() {
            return random.nextInt(3) == 0 ? null : LocalDate.of(2020, 1, 1).plusDays(random.nextInt(366));
        }

        SubjectLimits limits() {
            return SubjectLimits.of("acme", subject, plans.get(current), histories.get(current));
        }

        void change() {
            if (random.nextBoolean()) {
                int changed = random.nextInt(2);
                Plan to = plan();
                histories.set(changed, PlanHistory.decode(histories.get(changed).changed(now, to).encode()));
                plans.set(changed, Plan.decode(to.encode()));
            } else {
                int to = random.nextInt(2);
                var next = new Subject("acme", "plan", anchor(), limitsOf(2));
                Subject stored = limits().changed(next, plans.get(to), histories.get(to), now);
                subject = Optional.of(Subject.decode(stored.encode()));
                current = to;
            }
        }

        void assertDivided(String as) {
            for (SubjectLimit limit : limits().byType().getOrDefault("api", List.of())) {
                Instant at = now;
                for (int i = 0; i < 3 && !limit.limit().per().equals(Per.LIFETIME); i++) {
                    Period period = limit.calendars().period(at);
                    assertThat(period.contains(at)).as(as).isTrue();
                    assertThat(limit.calendars().period(period.start())).as(as).isEqualTo(period);
                    assertThat(limit.calendars().period(period.end()).start()).as(as).isEqualTo(period.end());
                    at = period.end();
                }
            }
        }

        void wait(SplittableRandom random) {
            now = now.plusMillis(random.nextLong(1L << (10 + random.nextInt(25))));
        }
    }
}
