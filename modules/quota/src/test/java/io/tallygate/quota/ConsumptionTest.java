package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What consumption posts, and what its result says. */
final class ConsumptionTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant TOMORROW = Instant.parse("2026-11-22T00:00:00Z");
    private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

    private final MemoryRows rows = new MemoryRows();
    private final SubjectLimits limits = TestPlans.limits("""
            limits:
            - {quota_type: api, limit: 10, per: day}
            - {quota_type: api, limit: 15, per: month}
            - {quota_type: soft, limit: 10, per: day, hard: false, grace: 25}
            - {quota_type: open, limit: 10, per: day, hard: false}
            - {quota_type: ever, limit: 10, per: lifetime}
            """);

    private Charge charge(String quotaType, String value) {
        return limits.charge(TestPlans.wanted(quotaType, value), NOW);
    }

    private Decision consume(String quotaType, String value) {
        return decide(Consumption.normal(charge(quotaType, value), rows), quotaType);
    }

    private Decision decide(Draft draft, String... quotaTypes) {
        Draft.Result result = rows.apply(draft);
        return Terms.of(draft.memo(), List.of(quotaTypes)).decide(result);
    }

    private static LimitState only(Decision decision) {
        assertThat(decision.limits()).hasSize(1);
        return decision.limits().getFirst();
    }

    @Test
    void normal_withinAllLimits_isGrantedAndCountsInEach() {
        Decision decision = consume("api", "4");

        assertThat(decision.allowed()).isTrue();
        assertThat(decision.asOf()).isEqualTo(NOW);
        assertThat(decision.shares()).containsExactly(new Decision.Share("api", 0, 4, 4));
        assertThat(decision.limits()).containsExactly(
                new LimitState("api", Per.DAY, 0, 10, 4, 0, 0, TOMORROW, true, false, true),
                new LimitState("api", Per.MONTH, 0, 15, 4, 0, 0, DECEMBER, true, false, true));
        assertThat(decision.limits()).extracting(LimitState::remaining).containsExactly(6L, 11L);
        assertThat(decision.denied()).isEmpty();
        assertThat(decision.retryAt()).isEmpty();
    }

    @Test
    void normal_aboveOneLimit_changesNoneAndSaysWhichDenied() {
        consume("api", "10");

        Decision decision = consume("api", "1");

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.shares()).containsExactly(new Decision.Share("api", 0, 1, 0));
        assertThat(decision.denied()).extracting(LimitState::per).containsExactly(Per.DAY);
        assertThat(decision.retryAt()).contains(TOMORROW);
        assertThat(decision.limits()).extracting(LimitState::used).containsExactly(10L, 10L);
    }

    @Test
    void retryAt_whenSeveralDenied_isTheLatest() {
        consume("api", "9");

        Decision decision = consume("api", "7");

        assertThat(decision.denied()).extracting(LimitState::per).containsExactly(Per.DAY, Per.MONTH);
        assertThat(decision.retryAt()).contains(DECEMBER);
    }

    @ParameterizedTest
    @CsvSource({"api, 11", "ever, 11", "soft, 13"})
    void retryAt_whereWaitingCannotHelp_isAbsent(String quotaType, String value) {
        Decision decision = consume(quotaType, value);

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.retryAt()).isEmpty();
    }

    @Test
    void retryAt_ofALifetime_isAbsent() {
        consume("ever", "10");
        assertThat(consume("ever", "1").retryAt()).isEmpty();
        assertThat(only(consume("ever", "1")).resetsAt()).isEmpty();
    }

    @Test
    void soft_upToItsGrace_isGrantedAndSaysSo() {
        assertThat(only(consume("soft", "10")).over()).isFalse();
        LimitState over = only(consume("soft", "2"));
        assertThat(over.over()).isTrue();
        assertThat(over.hard()).isFalse();
        assertThat(over.remaining()).isZero();
        assertThat(consume("soft", "1").allowed()).isFalse();
        assertThat(consume("open", "1000000").allowed()).isTrue();
    }

    @Test
    void bestEffort_aboveWhatIsLeft_grantsThat() {
        consume("api", "7");
        Decision part = decide(Consumption.bestEffort(charge("api", "100"), rows), "api");
        assertThat(part.allowed()).isTrue();
        assertThat(part.shares()).containsExactly(new Decision.Share("api", 0, 100, 3));
        assertThat(part.limits()).extracting(LimitState::used).containsExactly(10L, 10L);

        Decision nothing = decide(Consumption.bestEffort(charge("api", "100"), rows), "api");
        assertThat(nothing.allowed()).isFalse();
        assertThat(nothing.denied()).extracting(LimitState::per).containsExactly(Per.DAY);
        assertThat(nothing.retryAt()).contains(TOMORROW);
    }

    @Test
    void bestEffort_ofASoftLimit_goesUpToItsBound() {
        Decision decision = decide(Consumption.bestEffort(charge("soft", "100"), rows), "soft");
        assertThat(decision.shares().getFirst().granted()).isEqualTo(12);
    }

    @Test
    void bestEffort_ofSeveralTypes_isRefused() {
        Charge two = limits.charge(List.of(Wanted.positive("value", "api", "1"), Wanted.positive("value", "ever", "1")),
                NOW);
        assertThatThrownBy(() -> Consumption.bestEffort(two, rows)).isInstanceOf(InvalidInputException.class)
                .hasMessage("mode must come with one quota type");
    }

    @Test
    void force_beyondALimit_isCountedAndThenNothingIsGranted() {
        Decision forced = decide(Consumption.force(charge("api", "12"), rows), "api");
        assertThat(forced.allowed()).isTrue();
        assertThat(forced.limits()).extracting(LimitState::over).containsExactly(true, false);
        assertThat(forced.limits()).extracting(LimitState::remaining).containsExactly(0L, 3L);
        assertThat(consume("api", "1").allowed()).isFalse();
    }

    @Test
    void force_whereAmountsEnd_isAnOverflow() {
        rows.set(charge("ever", "1").limits().getFirst().used(), Amount.UNITS_MAX);
        Draft draft = Consumption.force(charge("ever", "1"), rows);
        assertThatThrownBy(() -> decide(draft, "ever")).isInstanceOfSatisfying(DomainProblemException.class,
                e -> assertThat(e.kind()).isEqualTo(QuotaProblem.QUOTA_OVERFLOW));
        rows.set(charge("open", "1").limits().getFirst().used(), Amount.UNITS_MAX);
        Draft open = Consumption.normal(charge("open", "1"), rows);
        assertThatThrownBy(() -> decide(open, "open")).isInstanceOf(DomainProblemException.class);
    }

    @Test
    void draft_ofOneLimit_isASingleStepThatMayBeCountedWithOthers() {
        assertThat(Consumption.normal(charge("ever", "1"), rows).mode()).isEqualTo(Draft.Mode.SINGLE);
        assertThat(Consumption.normal(charge("api", "1"), rows).mode()).isEqualTo(Draft.Mode.ALL);
        assertThat(Consumption.normal(charge("api", "1"), rows).isRetried()).isFalse();
    }

    @Test
    void check_atAnyTime_changesNothingAndCountsWhatIsPending() {
        consume("api", "4");
        RowKey day = charge("api", "1").limits().getFirst().used();
        Known pending = new Known() {

            @Override
            public OptionalLong value(RowKey row) {
                return rows.value(row);
            }

            @Override
            public long pending(RowKey used) {
                return used.equals(day) ? 5 : 0;
            }
        };

        Decision one = Consumption.check(charge("api", "1"), pending);
        assertThat(one.allowed()).isTrue();
        assertThat(one.shares()).containsExactly(new Decision.Share("api", 0, 1, 1));
        assertThat(one.limits()).extracting(LimitState::remaining).containsExactly(1L, 11L);
        assertThat(one.limits()).extracting(LimitState::pending).containsExactly(5L, 0L);

        Decision two = Consumption.check(charge("api", "2"), pending);
        assertThat(two.allowed()).isFalse();
        assertThat(two.denied()).extracting(LimitState::per).containsExactly(Per.DAY);
        assertThat(two.shares().getFirst().granted()).isZero();
        assertThat(Consumption.check(charge("api", "2"), rows).allowed()).isTrue();
        assertThat(Consumption.check(charge("api", "0"), Known.NOTHING).allowed()).isTrue();
        assertThat(rows.numbers()).hasSize(2);
    }

    @Test
    void check_ofNothing_isAllowedUnlessALimitIsPassed() {
        decide(Consumption.force(charge("ever", "10"), rows), "ever");
        assertThat(Consumption.check(charge("ever", "0"), rows).allowed()).isTrue();
        decide(Consumption.force(charge("ever", "1"), rows), "ever");
        assertThat(Consumption.check(charge("ever", "0"), rows).allowed()).isFalse();
    }

    @Test
    void refusedLife_ofADenial_isUntilItsRetryAfterIsOverAndADayAtMost() {
        Duration untilTomorrow = Duration.ofHours(14);
        assertThat(Consumption.normal(charge("api", "1"), Known.NOTHING).refusedLife())
                .as("unknown which denies: the first to end").isEqualTo(untilTomorrow);
        consume("api", "9");
        assertThat(Consumption.normal(charge("api", "2"), rows).refusedLife()).as("the day's").isEqualTo(untilTomorrow);
        assertThat(Consumption.normal(charge("api", "7"), rows).refusedLife()).as("the month's")
                .isEqualTo(IdempotencyKey.LIFE);
        assertThat(Consumption.normal(charge("api", "11"), rows).refusedLife()).as("for good")
                .isEqualTo(IdempotencyKey.LIFE);
        assertThat(Consumption.bestEffort(charge("api", "11"), rows).refusedLife()).as("a part would do")
                .isEqualTo(untilTomorrow);
        assertThat(Consumption.normal(charge("ever", "1"), rows).refusedLife()).isEqualTo(IdempotencyKey.LIFE);
    }

    @Test
    void memo_withTheLargestNumbersEverywhere_fits() {
        String most = "9007199254740992";
        String all = IntStream.range(0, 80)
                .mapToObj(i -> "{quota_type: %s, limit: 8007199254740992, per: P36%dDT23H5%dM, hard: false, grace: 10}"
                        .formatted("é".repeat(126) + (char) ('a' + i / 4), i % 4, i % 4))
                .collect(Collectors.joining(", "));
        SubjectLimits many = TestPlans.limits("limits: [" + all + "]");
        List<String> types = new ArrayList<>(many.byType().keySet());
        Charge charge = many.charge(types.stream().map(type -> Wanted.positive("value", type, most)).toList(), NOW);
        var known = new Known() {

            @Override
            public OptionalLong value(RowKey row) {
                return OptionalLong.of(Amount.UNITS_MAX);
            }

            @Override
            public long pending(RowKey used) {
                return Amount.UNITS_MAX;
            }
        };
        var hold = new Terms.Hold(ReservationId.next(DECEMBER, "acme", new java.util.Random(1)), DECEMBER);
        Terms terms = Terms.of(Terms.Kind.RESERVE, charge, known, _ -> 1, hold);

        Memo memo = terms.toMemo();

        assertThat(charge.limits()).hasSize(Charge.LIMITS_MAX);
        assertThat(memo.length()).isBetween(3_000, Memo.BYTES_MAX);
        assertThat(Terms.of(memo, types)).isEqualTo(terms);
    }

    @Test
    void memo_thatIsDamagedOrAnothers_isRefused() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        byte[] memo = Consumption.normal(charge("api", "4"), rows).memo().bytes();
        for (int i = 0; i < memo.length; i++) {
            Memo cut = Memo.of(Arrays.copyOf(memo, i));
            assertThatThrownBy(() -> Terms.of(cut, List.of("api"))).isInstanceOf(UnreadableException.class);
        }
        for (int i = 0; i < 1_000; i++) {
            byte[] flipped = memo.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(Terms.of(Memo.of(flipped), List.of("api")).items()).hasSize(1);
            } catch (UnreadableException e) {
                assertThat(e).as("seed %d", seed).hasMessageStartingWith("a memo is ");
            }
        }
        assertThatThrownBy(() -> Terms.of(Memo.of(memo), List.of("api", "ever")))
                .isInstanceOf(UnreadableException.class);
        assertThatThrownBy(() -> Terms.of(Memo.of(memo), List.of())).isInstanceOf(UnreadableException.class);
    }
}
