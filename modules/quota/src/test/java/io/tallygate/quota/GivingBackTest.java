package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Refunds, resets and top-ups. */
final class GivingBackTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private final MemoryRows rows = new MemoryRows();
    private final SubjectLimits limits = TestPlans.limits("""
            limits:
            - {quota_type: api, limit: 10, per: day}
            - {quota_type: api, limit: 100, per: lifetime}
            - {quota_type: gb, limit: 2.5, per: day, scale: 1}
            """);

    private Charge charge(String value) {
        return limits.charge(TestPlans.wanted("api", value), NOW);
    }

    private void consume(String value) {
        assertThat(rows.apply(Consumption.normal(charge(value), rows)).applied()).isTrue();
    }

    private void reserve(String value) {
        Instant expiresAt = NOW.plusSeconds(60);
        var id = ReservationId.next(expiresAt, "acme", new Random(1));
        assertThat(rows.apply(Reserving.normal(charge(value), rows, id, expiresAt)).applied()).isTrue();
    }

    private List<Returned> refund(Draft draft) {
        return Terms.of(draft.memo(), List.of("api")).returned(rows.apply(draft));
    }

    private List<Long> used() {
        return charge("1").limits().stream().map(limit -> rows.value(limit.used()).orElseThrow()).toList();
    }

    @Test
    void refund_ofWhatWasUsed_goesBackToEachLimit() {
        consume("5");
        List<Returned> returned = refund(GivingBack.refund(charge("3"), rows));
        assertThat(returned).extracting(Returned::units).containsExactly(3L, 3L);
        assertThat(returned).extracting(back -> back.limit().used()).containsExactly(2L, 2L);
    }

    @Test
    void refund_neverGoesBelowWhatIsHeld_limitByLimit() {
        rows.set(charge("1").limits().get(1).used(), 50);
        consume("3");
        reserve("4");
        List<Returned> returned = refund(GivingBack.refund(charge("9"), rows));
        assertThat(returned).extracting(Returned::units).containsExactly(3L, 9L);
        assertThat(returned).extracting(back -> back.limit().used()).containsExactly(4L, 48L);
        assertThat(returned).extracting(back -> back.limit().held()).containsExactly(4L, 4L);
    }

    @Test
    void refund_whenWhatItReadHasMoved_isRefusedAndMadeAgain() {
        consume("3");
        Draft all = GivingBack.refund(charge("9"), rows);
        consume("1");
        assertThat(rows.apply(all).applied()).as("more could be given back").isFalse();
        assertThat(all.isRetried()).isTrue();

        Draft part = GivingBack.refund(charge("1"), rows);
        consume("1");
        assertThat(rows.apply(part).applied()).as("as much as was wanted, still").isTrue();

        Draft held = GivingBack.refund(charge("1"), rows);
        reserve("1");
        assertThat(rows.apply(held).applied()).as("more is held").isFalse();
    }

    @Test
    void refund_ofNothingUsed_givesNothingBack() {
        assertThat(refund(GivingBack.refund(charge("9"), rows))).extracting(Returned::units).containsExactly(0L, 0L);
        rows.set(charge("1").limits().get(1).used(), -5);
        assertThat(refund(GivingBack.refund(charge("9"), rows))).extracting(Returned::units).containsExactly(0L, 0L);
        assertThat(used()).containsExactly(0L, -5L);
    }

    @Test
    void reset_always_leavesWhatIsHeldAndWhatIsPaidIn() {
        consume("3");
        reserve("2");
        assertThat(rows.apply(GivingBack.reset(charge("1").limits(), rows)).applied()).isTrue();
        assertThat(used()).containsExactly(2L, 2L);

        rows.set(charge("1").limits().get(1).used(), -5);
        assertThat(rows.apply(GivingBack.reset(charge("1").limits(), rows)).applied()).isTrue();
        assertThat(used()).containsExactly(2L, -5L);

        Draft stale = GivingBack.reset(charge("1").limits(), rows);
        consume("1");
        assertThat(rows.apply(stale).applied()).isFalse();
    }

    @Test
    void topUp_ofALifetime_takesUsageBelowNothing() {
        consume("5");
        Draft draft = GivingBack.topUp(limits, TestPlans.wanted("api", "20").getFirst(), rows, NOW);
        List<Returned> returned = refund(draft);
        assertThat(returned).singleElement().satisfies(back -> {
            assertThat(back.units()).isEqualTo(20);
            assertThat(back.limit().per()).isEqualTo(Per.LIFETIME);
            assertThat(back.limit().used()).isEqualTo(-15);
            assertThat(back.limit().remaining()).isEqualTo(115);
        });
        assertThat(draft.isRetried()).isFalse();
    }

    @Test
    void topUp_whereItCannotBe_isRefused() {
        assertThatThrownBy(() -> GivingBack.topUp(limits, TestPlans.wanted("gb", "1").getFirst(), rows, NOW))
                .isInstanceOfSatisfying(DomainProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(QuotaProblem.NO_LIFETIME_LIMIT));
        rows.set(charge("1").limits().get(1).used(), -Amount.UNITS_MAX);
        Draft draft = GivingBack.topUp(limits, TestPlans.wanted("api", "1").getFirst(), rows, NOW);
        assertThatThrownBy(() -> refund(draft)).isInstanceOfSatisfying(DomainProblemException.class,
                e -> assertThat(e.kind()).isEqualTo(QuotaProblem.QUOTA_OVERFLOW));
    }

    @Test
    void time_ofAnEvent_isNeitherTooOldNorTooFarAhead() {
        Duration lateMax = Duration.ofDays(7);
        for (Instant good : List.of(NOW, NOW.minus(lateMax), NOW.plus(EventTimes.AHEAD_MAX))) {
            assertThat(EventTimes.require("time", good, NOW, lateMax)).isEqualTo(good);
        }
        for (Instant bad : List.of(NOW.minus(lateMax).minusMillis(1), NOW.plus(EventTimes.AHEAD_MAX).plusMillis(1))) {
            assertThatThrownBy(() -> EventTimes.require("time", bad, NOW, lateMax))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("time must be at most PT168H old and PT5M ahead of 2026-11-21T10:00:00Z");
        }
    }
}
