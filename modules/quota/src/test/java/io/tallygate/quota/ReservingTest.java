package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reservations and their ends. */
final class ReservingTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant EXPIRES_AT = NOW.plusSeconds(90);

    private final Random random = new Random(1);
    private final MemoryRows rows = new MemoryRows();
    private final SubjectLimits limits = TestPlans.limits("""
            limits:
            - {quota_type: api, limit: 10, per: day}
            - {quota_type: api, limit: 15, per: month}
            - {quota_type: gb, limit: 2.5, per: lifetime, scale: 1}
            """);
    private final ReservationId id = ReservationId.next(EXPIRES_AT, "acme", random);

    private Charge charge(String quotaType, String value) {
        return limits.charge(TestPlans.wanted(quotaType, value), NOW);
    }

    private long used(String quotaType, int limit) {
        return rows.value(charge(quotaType, "1").limits().get(limit).used()).orElseThrow();
    }

    private long held(String quotaType, int limit) {
        return rows.value(charge(quotaType, "1").limits().get(limit).held()).orElseThrow();
    }

    private Reservation reserve(String quotaType, String value) {
        return reserve(Reserving.normal(charge(quotaType, value), rows, id, EXPIRES_AT));
    }

    private Reservation reserve(Draft draft) {
        assertThat(rows.apply(draft).applied()).isTrue();
        return stored();
    }

    private Reservation stored() {
        return Reservation.decode(id, rows.document(id.row()).document());
    }

    private long version() {
        return rows.document(id.row()).version();
    }

    private Reservation post(Ending ending) {
        var post = (Ending.Post) ending;
        assertThat(rows.apply(post.draft()).applied()).isTrue();
        assertThat(stored()).isEqualTo(post.after());
        return post.after();
    }

    private static Commitment value(String value) {
        return new Commitment(Amount.parse("value", value), List.of(), false);
    }

    @Test
    void reserve_withinTheLimits_countsAsUsedAndHeld() {
        Draft draft = Reserving.normal(charge("api", "4"), rows, id, EXPIRES_AT);
        Draft.Result result = rows.apply(draft);
        Terms terms = Terms.of(draft.memo(), List.of("api"));
        Decision decision = terms.decide(result);

        assertThat(decision.allowed()).isTrue();
        assertThat(decision.limits()).extracting(LimitState::used).containsExactly(4L, 4L);
        assertThat(decision.limits()).extracting(LimitState::held).containsExactly(4L, 4L);
        assertThat(Objects.requireNonNull(terms.hold())).isEqualTo(new Terms.Hold(id, EXPIRES_AT));
        assertThat(stored().state()).isEqualTo(Reservation.State.HELD);
        assertThat(stored().endedAt()).isNull();
        assertThat(version()).isEqualTo(1);
    }

    @Test
    void reserve_aboveALimit_changesNothing() {
        Draft draft = Reserving.normal(charge("api", "11"), rows, id, EXPIRES_AT);
        Draft.Result result = rows.apply(draft);
        assertThat(result.applied()).isFalse();
        Decision decision = Terms.of(draft.memo(), List.of("api")).decide(result);
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.limits()).extracting(LimitState::held).containsExactly(0L, 0L);
        assertThat(version()).isZero();
    }

    @Test
    void bestEffort_aboveWhatIsLeft_reservesThat() {
        rows.apply(Consumption.normal(charge("api", "7"), rows));
        Draft draft = Reserving.bestEffort(charge("api", "100"), rows, id, EXPIRES_AT);
        assertThat(draft.isRetried()).isTrue();
        Decision decision = Terms.of(draft.memo(), List.of("api")).decide(rows.apply(draft));

        assertThat(decision.shares()).containsExactly(new Decision.Share("api", 0, 100, 3));
        assertThat(stored().parts().getFirst().reserved()).isEqualTo(3);
    }

    @Test
    void bestEffort_whenLessIsLeftMeanwhile_isMadeAgain() {
        Draft stale = Reserving.bestEffort(charge("api", "100"), rows, id, EXPIRES_AT);
        rows.apply(Consumption.normal(charge("api", "7"), rows));
        assertThat(rows.apply(stale).applied()).isFalse();

        Draft again = Reserving.bestEffort(charge("api", "100"), rows, id, EXPIRES_AT);
        assertThat(reserve(again).parts().getFirst().reserved()).isEqualTo(3);
    }

    @Test
    void bestEffort_whenNothingIsLeft_isDeniedAndThatIsKept() {
        rows.apply(Consumption.normal(charge("api", "10"), rows));
        Draft draft = Reserving.bestEffort(charge("api", "100"), rows, id, EXPIRES_AT);
        assertThat(draft.isRetried()).isFalse();
        Draft.Result result = rows.apply(draft);
        Decision decision = Terms.of(draft.memo(), List.of("api")).decide(result);

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.denied()).extracting(LimitState::per).containsExactly(Per.DAY);
        assertThat(decision.retryAt()).contains(Instant.parse("2026-11-22T00:00:00Z"));
        assertThat(draft.refusedLife()).isEqualTo(Duration.ofHours(14));
    }

    @Test
    void reserve_untilItEnds_isFoundWhenItIsDue() {
        Reservation reservation = reserve("api", "4");
        assertThat(rows.value(id.dueRow(EXPIRES_AT))).hasValue(EXPIRES_AT.toEpochMilli());
        post(Reserving.release(reservation, version(), NOW));
        assertThat(rows.numbers()).doesNotContainKey(id.dueRow(EXPIRES_AT));
    }

    @Test
    void commit_ofAPart_givesTheRestBack() {
        Reservation ended = post(Reserving.commit(reserve("api", "4"), version(), value("3"), NOW.plusSeconds(5)));

        assertThat(ended.state()).isEqualTo(Reservation.State.COMMITTED);
        assertThat(ended.endedAt()).isEqualTo(NOW.plusSeconds(5));
        assertThat(ended.parts().getFirst().committed()).isEqualTo(3);
        assertThat(List.of(used("api", 0), used("api", 1), held("api", 0), held("api", 1))).containsExactly(3L, 3L, 0L,
                0L);
    }

    @Test
    void end_anyWay_changesThePeriodsInWhichItWasReserved() {
        Reservation reservation = reserve("api", "4");
        Instant nextMonth = NOW.plus(Duration.ofDays(20));
        assertThat(post(Reserving.expire(reservation, version(), nextMonth)).state())
                .isEqualTo(Reservation.State.EXPIRED);
        assertThat(used("api", 0)).isZero();
        // It has ended so late that a copy of it answers for the time after that.
        Instant forgotten = nextMonth.plus(Reservation.ANSWERS);
        assertThat(rows.numbers().remove(id.dueRow(forgotten))).isEqualTo(forgotten.toEpochMilli());
        assertThat(rows.document(id.lateRow()).document()).isEqualTo(rows.document(id.row()).document());
        assertThat(rows.numbers().values()).containsOnly(0L);
    }

    @Test
    void commit_afterItExpired_succeedsWhileItIsHeld() {
        Reservation reservation = reserve("gb", "1.5");
        assertThat(reservation.isDue(EXPIRES_AT.minusMillis(1))).isFalse();
        assertThat(reservation.isDue(EXPIRES_AT)).isTrue();
        Reservation ended = post(
                Reserving.commit(reservation, version(), Commitment.ALL, EXPIRES_AT.plusSeconds(9)));
        assertThat(ended.isDue(EXPIRES_AT.plusSeconds(10))).isFalse();
        assertThat(used("gb", 0)).isEqualTo(15);
        assertThat(held("gb", 0)).isZero();
    }

    @Test
    void expire_early_isNoOne() {
        Reservation reservation = reserve("api", "4");
        assertThatThrownBy(() -> Reserving.expire(reservation, 1, EXPIRES_AT.minusMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void commit_ofMoreThanWasReserved_isRefusedUnlessForced() {
        Reservation reservation = reserve("api", "4");
        assertThatThrownBy(() -> Reserving.commit(reservation, version(), value("5"), NOW))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("value must be at most what was reserved, 4, unless \"mode\" is \"force\"");

        var forced = new Commitment(Amount.parse("value", "20"), List.of(), true);
        post(Reserving.commit(reservation, version(), forced, NOW));
        assertThat(used("api", 0)).isEqualTo(20);
        assertThat(held("api", 0)).isZero();
    }

    @Test
    void commit_forcedBeyondWhereAmountsEnd_isAnOverflowAndNotALostRace() {
        Reservation reservation = reserve("api", "4");
        var forced = new Commitment(Amount.parse("value", "9007199254740992"), List.of(), true);
        rows.apply(Consumption.force(charge("api", "1"), rows));
        var post = (Ending.Post) Reserving.commit(reservation, version(), forced, NOW);
        assertThat(post.overflowed(rows.apply(post.draft()))).isTrue();

        post(Reserving.release(reservation, version(), NOW));
        assertThat(post.overflowed(rows.apply(post.draft()))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"4, true", "3, false"})
    void commit_again_answersTheSameOrThatItHasEnded(String again, boolean same) {
        post(Reserving.commit(reserve("api", "4"), version(), Commitment.ALL, NOW));
        Ending ending = Reserving.commit(stored(), version(), value(again), NOW.plusSeconds(7));
        assertThat(ending).isEqualTo(same ? new Ending.Same(stored()) : new Ending.Other(stored()));
        assertThat(Reserving.release(stored(), version(), NOW)).isEqualTo(new Ending.Other(stored()));
    }

    @Test
    void release_again_answersTheSame() {
        post(Reserving.release(reserve("api", "4"), version(), NOW));
        assertThat(Reserving.release(stored(), version(), NOW.plusSeconds(7))).isEqualTo(new Ending.Same(stored()));
        assertThat(Reserving.commit(stored(), version(), Commitment.ALL, NOW))
                .isEqualTo(new Ending.Other(stored()));
        assertThat(used("api", 0)).isZero();
    }

    @Test
    void ends_atOnce_areWonByExactlyOne() {
        Reservation reservation = reserve("api", "4");
        var commit = (Ending.Post) Reserving.commit(reservation, version(), value("1"), NOW);
        var release = (Ending.Post) Reserving.release(reservation, version(), NOW);

        assertThat(rows.apply(commit.draft()).applied()).isTrue();
        assertThat(rows.apply(release.draft()).applied()).isFalse();
        assertThat(stored()).isEqualTo(commit.after());
        assertThat(used("api", 0)).isEqualTo(1);
        assertThat(commit.draft().isRetried()).isTrue();
    }

    @Test
    void commit_ofSeveralTypes_namesThemAndGivesBackTheOthers() {
        Charge two = limits.charge(List.of(Wanted.positive("value", "api", "4"), Wanted.positive("value", "gb", "2")),
                NOW);
        Reservation reservation = reserve(Reserving.normal(two, rows, id, EXPIRES_AT));
        assertThatThrownBy(() -> Reserving.commit(reservation, 1, value("1"), NOW))
                .hasMessage("value must not be given for several quota types, but quotas");
        assertThatThrownBy(() -> Reserving.commit(reservation, 1, quotas("seats", "1", null), NOW))
                .hasMessage("quotas must name quota types that were reserved");
        assertThatThrownBy(() -> Reserving.commit(reservation, 1, quotas("gb", "1.55", null), NOW))
                .hasMessage("quotas[0].value must have at most 1 fraction digit");

        post(Reserving.commit(reservation, version(), quotas("gb", "1.5", null), NOW));
        assertThat(used("gb", 0)).isEqualTo(15);
        assertThat(used("api", 0)).isZero();
    }

    @Test
    void commit_withValueAndQuotas_isRefused() {
        Reservation reservation = reserve("gb", "1");
        assertThatThrownBy(() -> Reserving.commit(reservation, 1, quotas("gb", "1", Amount.parse("value", "1")), NOW))
                .hasMessage("value must not be given together with quotas");
    }

    private static Commitment quotas(String quotaType, String amount, @Nullable Amount value) {
        return new Commitment(value, List.of(Wanted.notNegative("quotas[0].value", quotaType, amount)),
                false);
    }

    @Test
    void id_always_saysWhereTheReservationIs() {
        assertThat(id.toString()).matches("[\\w-]{28}");
        assertThat(ReservationId.parse(id.toString())).isEqualTo(id);
        RowKey row = ReservationId.parse(id.toString()).row();
        assertThat(row.book()).isEqualTo(ReservationId.BOOK);
        assertThat(row.section()).isEqualTo("2026-11-21T10:01");
        assertThat(row.home()).isEqualTo(UsageRows.home("acme"));
        RowKey due = id.dueRow(EXPIRES_AT);
        assertThat(due.section()).isEqualTo("2026-11-21T10:01:30");
        assertThat(ReservationId.parse(due.id())).isEqualTo(id);
        assertThat(due.home()).isEqualTo(row.home());
        assertThat(ReservationId.next(EXPIRES_AT, "acme", random)).isNotEqualTo(id);
        assertThat(ReservationId.throughSection(NOW.plus(Reservation.ANSWERS), Reservation.ANSWERS))
                .isLessThan(row.section()).isEqualTo("2026-11-21T09:58");
        Instant lastInTime = Instant.parse("2026-11-21T10:03:00Z");
        assertThat(id.isLate(lastInTime)).isFalse();
        assertThat(id.isLate(lastInTime.plusMillis(1))).isTrue();
        assertThat(ReservationId.throughSection(lastInTime.plus(Reservation.ANSWERS).minusMillis(1),
                Reservation.ANSWERS)).as("deleted no sooner").isLessThan(row.section());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AQHHnQ1111111111111111111111", "????????????????????????????",
            "AgHHnQAAAAAAAAAAAAAAAAAAAAAA", "AQHHnQAAAAAAAAAAAAAAAAAAAAAAA"})
    void id_thatWasNotMadeHere_isUnknown(String text) {
        try {
            assertThat(ReservationId.parse(text).toString()).isEqualTo(text);
        } catch (DomainProblemException e) {
            assertThat(e.kind()).isEqualTo(QuotaProblem.UNKNOWN_RESERVATION);
        }
    }

    @ParameterizedTest
    @CsvSource({"1s, 1", "30s, 30", "10m, 600", "24h, 86400", "1440m, 86400"})
    void ttl_ofSecondsMinutesOrHours_isRead(String text, long seconds) {
        assertThat(Holding.ttl("ttl", text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "25h", "86401s", "30", "30S", "1d", "-1s", "1.5h", "PT30S", "9999999s"})
    void ttl_ofAnythingElse_isRefused(String text) {
        assertThatThrownBy(() -> Holding.ttl("ttl", text)).isInstanceOf(InvalidInputException.class)
                .hasMessage("ttl must be from 1s to 24h, in s, m or h");
    }

    @Test
    void document_thatIsDamaged_isRefused() {
        byte[] document = reserve("api", "4").encode();
        for (int i = 0; i < document.length; i++) {
            byte[] cut = Arrays.copyOf(document, i);
            assertThatThrownBy(() -> Reservation.decode(id, cut)).isInstanceOf(UnreadableException.class);
        }
    }
}
