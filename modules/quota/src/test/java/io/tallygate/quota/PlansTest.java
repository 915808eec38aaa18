package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.UnreadableException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions of plans and subjects, their rules and their documents. */
final class PlansTest {

    private static final String LIMIT = "quota_type: api, limit: 10, per: day";

    @Test
    void plan_withEveryMember_isRead() {
        Plan plan = TestPlans.plan("""
                time_zone: Europe/Berlin
                limits:
                - {quota_type: tokens, limit: 1.50, per: month, anchor: 2026-01-31, hard: false, grace: 12.5, scale: 2}
                - {quota_type: tokens, limit: 0, per: PT90M}
                - {quota_type: api, limit: 100, per: minute}
                """);

        assertThat(plan).isEqualTo(new Plan("basic", ZoneId.of("Europe/Berlin"), List.of(
                new Limit(new LimitName("api", Per.MINUTE), 100, null, true, null, 0),
                new Limit(new LimitName("tokens", Per.MONTH), 150, LocalDate.parse("2026-01-31"), false,
                        new Amount(125, 1), 2),
                new Limit(new LimitName("tokens", Per.ofMinutes(90)), 0, null, true, null, 2))));
        assertThat(plan.scales()).isEqualTo(Map.of("api", 0, "tokens", 2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
            "{} | limits |  | is required",
            "[] | document | […] | must be an object",
            "{limits: 5} | limits | 5 | must be an array",
            "{limits: [5]} | limits[0] | 5 | must be an object",
            "{limits: [], colour: red} | colour | colour | is none of the members here, which are [limits, time_zone]",
            "{limits: [], time_zone: Berlin} | time_zone | Berlin | must be the name of a time zone in the IANA database, such as Europe/Berlin",
            "{limits: [], time_zone: +02:00} | time_zone | +02:00 | must be the name of a time zone in the IANA database, such as Europe/Berlin",
            "{limits: [{limit: 1, per: day}]} | limits[0].quota_type |  | is required",
            "{limits: [{quota_type: null, limit: 1, per: day}]} | limits[0].quota_type |  | is required",
            "{limits: [{quota_type: 5, limit: 1, per: day}]} | limits[0].quota_type | 5 | must be a string",
            "{limits: [{quota_type: '', limit: 1, per: day}]} | limits[0].quota_type |  | must be 1 to 256 bytes of UTF-8",
            "{limits: [{quota_type: api, limit: '1', per: day}]} | limits[0].limit | 1 | must be a number",
            "{limits: [{quota_type: api, limit: -1, per: day}]} | limits[0].limit | -1 | must be at least 0",
            "{limits: [{quota_type: api, limit: 1e3, per: day}]} | limits[0].limit | 1e3 | must be written without an exponent",
            "{limits: [{quota_type: api, limit: 1.5, per: day}]} | limits[0].limit | 1.5 | must be a whole number",
            "{limits: [{quota_type: api, limit: 9007199254740993, per: day}]} | limits[0].limit | 9007199254740993 | must be from -9007199254740992 to 9007199254740992",
            "{limits: [{quota_type: api, limit: 1, per: fortnight}]} | limits[0].per | fortnight | must be minute, hour, day, week, month, year, lifetime or an ISO 8601 duration PnDTnHnM from 1 minute to 366 days",
            "{limits: [{quota_type: api, limit: 1, per: day, anchor: 2026-01-01}]} | limits[0].anchor | 2026-01-01 | must come with per month or year",
            "{limits: [{quota_type: api, limit: 1, per: year, anchor: 2026-02-30}]} | limits[0].anchor | 2026-02-30 | must be a date such as 2026-01-31",
            "{limits: [{quota_type: api, limit: 1, per: year, anchor: 26-02-03}]} | limits[0].anchor | 26-02-03 | must be a date such as 2026-01-31",
            "{limits: [{quota_type: api, limit: 1, per: day, hard: no}]} | limits[0].hard | no | must be true or false",
            "{limits: [{quota_type: api, limit: 1, per: day, grace: 5}]} | limits[0].grace | 5 | must come with \"hard\": false",
            "{limits: [{quota_type: api, limit: 1, per: day, hard: false, grace: -5}]} | limits[0].grace | -5 | must be at least 0",
            "{limits: [{quota_type: api, limit: 1, per: day, hard: false, grace: 1000000.1}]} | limits[0].grace | 1000000.1 | must be at most 1000000",
            "{limits: [{quota_type: api, limit: 1, per: day, scale: 7}]} | limits[0].scale | 7 | must be a whole number from 0 to 6",
            "{limits: [{quota_type: api, limit: 1, per: day, scale: 0.5}]} | limits[0].scale | 0.5 | must be a whole number from 0 to 6",
            "{limits: [{quota_type: api, limit: 1, per: PT1H}, {quota_type: api, limit: 2, per: PT60M}]} | limits[1].per | PT1H | must occur once for each quota type",
            "{limits: [{quota_type: api, limit: 1, per: day, colour: red}]} | limits[0].colour | colour | is none of the members here, which are [anchor, grace, hard, limit, per, quota_type, scale]"})
    void plan_thatBreaksARule_namesFieldValueAndRule(String yaml, String field, String value, String rule) {
        InvalidDocumentException invalid = catchThrowableOfType(InvalidDocumentException.class,
                () -> TestPlans.plan(yaml));

        assertThat(invalid.errors()).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo(field);
            assertThat(error.value()).isEqualTo(value == null ? "" : value);
            assertThat(error.rule()).isEqualTo(rule);
        });
    }

    @Test
    void plan_thatBreaksSeveralRules_namesThemAll() {
        assertThatThrownBy(() -> TestPlans.plan("{time_zone: Mars, limits: [{quota_type: a, per: eon}]}"))
                .isInstanceOfSatisfying(InvalidDocumentException.class, invalid -> assertThat(invalid.errors())
                        .extracting(InvalidInputException::field)
                        .containsExactly("time_zone", "limits[0].limit", "limits[0].per"));
    }

    @Test
    void plan_withMoreLimitsThanOneMayHave_isRefused() {
        String many = IntStream.rangeClosed(1, 17).mapToObj("{quota_type: api, limit: 1, per: PT%dM}"::formatted)
                .collect(Collectors.joining(", "));
        assertThatThrownBy(() -> TestPlans.plan("limits: [" + many + "]"))
                .hasMessage("limits[16].quota_type is api and must have at most 16 limits");

        String tooMany = ("{" + LIMIT + "}, ").repeat(1_001);
        assertThatThrownBy(() -> TestPlans.plan("limits: [" + tooMany + "]"))
                .hasMessage("limits is 1001 and must be at most 1000");
    }

    @Test
    void plan_asACallerSendsIt_mayHaveOtherMembers() {
        var complaints = new Complaints();
        Plan plan = Plan.read("basic", TestPlans.yaml("{x: 1, limits: [{y: 2, " + LIMIT + "}]}"), "", Map.of(), false,
                complaints);

        assertThat(complaints.isEmpty()).isTrue();
        assertThat(plan.limits()).hasSize(1);
    }

    @Test
    void scale_onceItIsFixed_staysAndServesWhereNoneIsNamed() {
        var complaints = new Complaints();
        Datum unsaid = TestPlans.yaml("limits: [{quota_type: api, limit: 1.25, per: day}]");
        assertThat(Plan.read("b", unsaid, "", Map.of("api", 2), true, complaints).limits().getFirst().most())
                .isEqualTo(125);

        Datum other = TestPlans.yaml("limits: [{quota_type: api, limit: 1, per: day, scale: 3}]");
        assertThatThrownBy(() -> Plan.read("b", other, "", Map.of("api", 2), true, complaints))
                .hasMessage("limits[0].scale is 3, and the scale of api is 2 for good")
                .isInstanceOfSatisfying(DomainProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(QuotaProblem.SCALE_CONFLICT));
        assertThatThrownBy(() -> TestPlans
                .plan("""
                        limits: [{quota_type: api, limit: 1, per: day, scale: 3}, {quota_type: api, limit: 1, per: hour, scale: 2}]
                        """))
                .isInstanceOf(DomainProblemException.class);
    }

    @Test
    void bound_random_isTheExactOne() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 50_000; i++) {
            Limit limit = randomLimit(random, new LimitName("api", Per.DAY), random.nextInt(7));
            String as = "seed " + seed + ": " + limit;
            BigDecimal bound = bound(limit).movePointRight(limit.scale()).setScale(0, RoundingMode.FLOOR);
            boolean bounded = bound.compareTo(BigDecimal.valueOf(Amount.UNITS_MAX)) <= 0;
            assertThat(limit.isBounded()).as(as).isEqualTo(bounded);
            assertThat(limit.bound()).as(as).isEqualTo(bounded ? bound.longValueExact() : Amount.UNITS_MAX);
        }
    }

    private static BigDecimal bound(Limit limit) {
        BigDecimal most = BigDecimal.valueOf(limit.most(), limit.scale());
        Amount grace = limit.grace();
        if (limit.hard()) {
            return most;
        }
        return grace == null
                ? BigDecimal.valueOf(Long.MAX_VALUE)
                : most.multiply(BigDecimal.ONE.add(new BigDecimal(grace.toString()).movePointLeft(2)));
    }

    static Limit randomLimit(SplittableRandom random, LimitName name, int scale) {
        boolean hard = random.nextInt(3) == 0;
        long most = random.nextInt(8) == 0
                ? Amount.UNITS_MAX - random.nextInt(2)
                : random.nextLong(Amount.UNITS_MAX) >> random.nextInt(53);
        LocalDate anchor = name.per().hasAnchor() && random.nextBoolean()
                ? LocalDate.of(2020, 1, 1).plusDays(random.nextInt(1_000))
                : null;
        Amount grace = hard || random.nextBoolean()
                ? null
                : Amount.parse("grace", BigDecimal.valueOf(random.nextInt(100_000), random.nextInt(7)).toPlainString());
        return new Limit(name, most, anchor, hard, grace, scale);
    }

    @Test
    void document_ofARandomPlan_isReadAsItWas() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        var tags = new HashSet<String>();
        var plans = new HashSet<Plan>();
        for (int i = 0; i < 2_000; i++) {
            Plan plan = randomPlan(random);
            String as = "seed " + seed + ": " + plan;
            byte[] document = plan.encode();
            assertThat(Plan.decode(document)).as(as).isEqualTo(plan);
            assertThat(Plan.decode(document).tag()).as(as).isEqualTo(plan.tag()).matches("[\\w-]{43}");
            tags.add(plan.tag());
            plans.add(plan);
            assertUnreadable(as, document, random);
        }
        assertThat(tags).hasSameSizeAs(plans);
    }

    /** Whatever is damaged is refused, or is still a plan, but never anything else. */
    private static void assertUnreadable(String as, byte[] document, SplittableRandom random) {
        byte[] cut = Arrays.copyOf(document, random.nextInt(document.length));
        assertThatThrownBy(() -> Plan.decode(cut)).as(as).isInstanceOf(UnreadableException.class);
        byte[] flipped = document.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        try {
            assertThat(Plan.decode(flipped)).as(as).isNotNull();
        } catch (UnreadableException e) {
            assertThat(e).as(as).hasMessageStartingWith("a plan is ");
        }
    }

    private static Plan randomPlan(SplittableRandom random) {
        var limits = new ArrayList<Limit>();
        var names = new HashSet<LimitName>();
        for (int i = random.nextInt(6); i > 0; i--) {
            Per.Unit unit = Per.Unit.of(random.nextInt(8));
            var name = new LimitName("type é" + random.nextInt(3),
                    new Per(unit, unit == Per.Unit.DURATION ? 1 + random.nextInt(Per.MINUTES_MAX) : 0));
            if (names.add(name)) {
                limits.add(randomLimit(random, name, name.quotaType().hashCode() & 3));
            }
        }
        return new Plan("plan " + random.nextInt(5),
                random.nextBoolean() ? ZoneOffset.UTC : ZoneId.of("America/St_Johns"), limits);
    }

    @Test
    void document_ofAnotherVersion_isRefusedByName() {
        byte[] document = TestPlans.plan("limits: []").encode();
        document[0] = 9;
        assertThatThrownBy(() -> Plan.decode(document)).isInstanceOf(UnreadableException.class)
                .hasMessage("a plan is of version 9; this program reads version 1");
    }

    @Test
    void subject_withEveryMember_isReadAndStored() {
        Subject subject = Subject.read("acme", TestPlans.yaml("""
                plan: pro
                anchor: 2026-01-31
                overrides: [{quota_type: api, limit: 1.5, per: month}]
                other: 1
                """), Map.of("api", 1));

        assertThat(subject).isEqualTo(new Subject("acme", "pro", LocalDate.parse("2026-01-31"),
                List.of(new Limit(new LimitName("api", Per.MONTH), 15, null, true, null, 1))));
        assertThat(Subject.decode(subject.encode())).isEqualTo(subject);
        Subject bare = Subject.read("acme", TestPlans.yaml("{}"), Map.of());
        assertThat(bare).isEqualTo(new Subject("acme", null, null, List.of()));
        assertThat(Subject.decode(bare.encode())).isEqualTo(bare);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{plan: ''} | plan", "{plan: 5} | plan", "{anchor: today} | anchor",
            "{overrides: {}} | overrides", "{overrides: [{}]} | overrides[0].quota_type"})
    void subject_thatBreaksARule_namesTheField(String yaml, String field) {
        assertThatThrownBy(() -> Subject.read("acme", TestPlans.yaml(yaml), Map.of()))
                .isInstanceOfSatisfying(InvalidDocumentException.class,
                        invalid -> assertThat(invalid.errors().getFirst().field()).isEqualTo(field));
        assertThatThrownBy(() -> Subject.read("", TestPlans.yaml("{}"), Map.of()))
                .hasMessage("subject must be 1 to 256 bytes of UTF-8");
    }

    @Test
    void plans_ofAFile_fixScalesAmongThemselvesInItsOrder() {
        Plans plans = Plans.read(TestPlans.yaml("""
                default_plan: free
                plans:
                  free: {limits: [{quota_type: api, limit: 1.5, per: day, scale: 1}]}
                  pro: {limits: [{quota_type: api, limit: 2.5, per: day}]}
                """), Map.of());
        assertThat(plans.find("pro", Optional.empty()).limits().getFirst().most()).isEqualTo(25);

        assertThatThrownBy(() -> Plans.read(TestPlans.yaml("""
                plans:
                  free: {limits: [{quota_type: api, limit: 1.5, per: day, scale: 1}]}
                  pro: {limits: [{quota_type: api, limit: 2.5, per: day, scale: 2}]}
                """), Map.of())).hasMessage("plans.pro.limits[0].scale is 2, and the scale of api is 1 for good");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "a: 1 | a is a and is none of the members here, which are [default_plan, plans]; plans is required",
            "plans: 1 | plans is 1 and must be an object", "null | document is null and must be an object",
            "plans: {'': {limits: []}} | plans. must be 1 to 256 bytes of UTF-8",
            "{plans: {}, default_plan: ''} | default_plan must be 1 to 256 bytes of UTF-8",
            "plans: {free: {limits: [{quota_type: a, limit: 1, per: eon}]}} | plans.free.limits[0].per is eon and must be minute, hour, day, week, month, year, lifetime or an ISO 8601 duration PnDTnHnM from 1 minute to 366 days"})
    void plans_ofAFileThatIsWrong_sayFileKeyAndRule(String yaml, String message) {
        assertThatThrownBy(() -> Plans.read(TestPlans.yaml(yaml), Map.of()))
                .isInstanceOf(InvalidDocumentException.class).hasMessage(message);
    }

    @Test
    void find_aName_isTheStoredPlanThenTheFilesThenUnknown() {
        Plan stored = TestPlans.plan("limits: []");
        Plan ofTheFile = TestPlans.plan("limits: [{" + LIMIT + "}]");
        var plans = new Plans(Optional.empty(), Map.of("basic", ofTheFile));

        assertThat(plans.find("basic", Optional.of(stored))).isSameAs(stored);
        assertThat(plans.find("basic", Optional.empty())).isSameAs(ofTheFile);
        assertThatThrownBy(() -> plans.find("gone", Optional.empty())).hasMessage("there is no plan gone")
                .isInstanceOfSatisfying(DomainProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(QuotaProblem.UNKNOWN_PLAN));
    }

    @Test
    void planOf_aSubject_isItsOwnThenTheDefaultThenUnknown() {
        var plans = new Plans(Optional.of("free"), Map.of());
        var pro = new Subject("acme", "pro", null, List.of());
        var none = new Subject("acme", null, null, List.of());

        assertThat(plans.planOf("acme", Optional.of(pro))).isEqualTo("pro");
        assertThat(plans.planOf("acme", Optional.of(none))).isEqualTo("free");
        assertThat(plans.planOf("acme", Optional.empty())).isEqualTo("free");
        assertThat(Plans.NONE.planOf("acme", Optional.of(pro))).isEqualTo("pro");
        assertThatThrownBy(() -> Plans.NONE.planOf("acme", Optional.of(none)))
                .isInstanceOfSatisfying(DomainProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(QuotaProblem.UNKNOWN_SUBJECT));
    }
}
