package io.tallygate.quota;

import static io.tallygate.quota.QuotaNodes.failure;
import static io.tallygate.quota.QuotaNodes.key;
import static io.tallygate.quota.QuotaNodes.now;
import static io.tallygate.quota.QuotaNodes.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Answered;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.ledger.OracleStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What consumes, gives back and reserves, on a ledger of real threads and a store that is a model. */
@Timeout(60)
final class LedgerQuotasTest {

    private static final String PLAN = """
            limits:
            - {quota_type: api, limit: 10, per: day}
            - {quota_type: api, limit: 15, per: month}
            - {quota_type: gb, limit: 2.5, per: lifetime, scale: 1}
            - {quota_type: soft, limit: 10, per: day, hard: false, grace: 20}
            - {quota_type: free, limit: 10, per: hour, hard: false}
            """;

    private final QuotaNodes nodes = new QuotaNodes();
    private final Quotas quotas = nodes.withPlan(PLAN).quotas();

    @AfterEach
    void close() {
        nodes.close();
    }

    private static List<Wanted> of(String quotaType, String value) {
        return List.of(Wanted.positive("value", quotaType, value));
    }

    private Decision consume(String quotaType, String value) {
        return now(quotas.consume("acme", of(quotaType, value), ConsumeMode.NORMAL, null)).value();
    }

    private Decision consume(String quotaType, String value, ConsumeMode mode) {
        return now(quotas.consume("acme", of(quotaType, value), mode, null)).value();
    }

    private Answered<Decision> consumeAs(String name, String value) {
        return now(quotas.consume("acme", of("api", value), ConsumeMode.NORMAL, key(name)));
    }

    private LimitState state(String quotaType, Per per) {
        return now(quotas.subject("acme")).limits().stream()
                .filter(limit -> limit.quotaType().equals(quotaType) && limit.per().equals(per)).findFirst()
                .orElseThrow();
    }

    private long used(String quotaType, Per per) {
        return state(quotaType, per).used();
    }

    private Reserved reserve(String quotaType, String value, String ttl) {
        return now(quotas.reserve("acme", of(quotaType, value), ConsumeMode.NORMAL, Holding.ttl("ttl", ttl), null))
                .value();
    }

    @Test
    void record_ofAnEarlierTime_countsInThePeriodsOfThatTimeBeyondTheirLimits() {
        Instant yesterday = nodes.clock.instant().minus(Duration.ofDays(1));
        Answered<Decision> first = now(quotas.record("acme", of("api", "12"), yesterday, key("r")));
        Answered<Decision> again = now(quotas.record("acme", of("api", "12"), nodes.clock.instant(), key("r")));

        assertThat(first.value().allowed()).isTrue();
        assertThat(first.value().limits()).extracting(LimitState::used).containsExactly(12L, 12L);
        assertThat(again.replayed()).isTrue();
        assertThat(used("api", Per.parse("per", "day"))).isZero();
    }

    @Test
    void record_tooOldOrTooFarAhead_isInvalid() {
        for (Duration ahead : List.of(Duration.ofDays(-8), Duration.ofMinutes(6))) {
            assertThat(failure(quotas.record("acme", of("api", "1"), nodes.clock.instant().plus(ahead), null)))
                    .isInstanceOf(InvalidInputException.class).hasMessageContaining("time");
        }
    }

    @Test
    void record_whereAmountsEnd_isRefusedAndDecidedAnewWhenThereIsRoom() {
        String most = Long.toString(Amount.UNITS_MAX);
        Instant time = nodes.clock.instant();
        now(quotas.record("acme", of("free", most), time, null));
        assertThat(problem(quotas.record("acme", of("free", "1"), time, key("r")))).isEqualTo(
                QuotaProblem.QUOTA_OVERFLOW);

        now(quotas.reset("acme", "free", null));

        assertThat(now(quotas.record("acme", of("free", "1"), time, key("r"))).replayed()).isFalse();
    }

    @Test
    void consume_upToTheLimit_isGrantedAndThenDenied() {
        Decision granted = consume("api", "10");
        assertThat(granted.allowed()).isTrue();
        assertThat(granted.limits()).extracting(LimitState::used).containsExactly(10L, 10L);

        Decision denied = consume("api", "1");
        assertThat(denied.allowed()).isFalse();
        assertThat(denied.denied()).extracting(LimitState::per).containsExactly(Per.DAY);
        assertThat(denied.retryAt()).contains(Instant.parse("2026-01-02T00:00:00Z"));
        assertThat(used("api", Per.MONTH)).isEqualTo(10);

        nodes.clock.advance(Duration.ofDays(1));
        assertThat(consume("api", "5").allowed()).isTrue();
        assertThat(consume("api", "1").denied()).extracting(LimitState::per).containsExactly(Per.MONTH);
    }

    @Test
    void consume_ofSeveralTypes_isAllOrNothing() {
        List<Wanted> both = List.of(Wanted.positive("quotas[0].value", "api", "1"),
                Wanted.positive("quotas[1].value", "gb", "2.6"));
        assertThat(now(quotas.consume("acme", both, ConsumeMode.NORMAL, null)).value().allowed()).isFalse();
        assertThat(used("api", Per.DAY)).isZero();
    }

    @Test
    void consume_bestEffort_takesWhatIsLeft() {
        consume("soft", "5");
        assertThat(consume("soft", "100", ConsumeMode.BEST_EFFORT).shares().getFirst().granted()).isEqualTo(7);
        Decision nothing = consume("soft", "1", ConsumeMode.BEST_EFFORT);
        assertThat(nothing.allowed()).isFalse();
        assertThat(nothing.limits().getFirst().over()).isTrue();
    }

    @Test
    void consume_forced_passesTheLimitUpToWhereAmountsEnd() {
        assertThat(consume("api", "20", ConsumeMode.FORCE).allowed()).isTrue();
        assertThat(used("api", Per.DAY)).isEqualTo(20);
        assertThat(consume("api", "1").allowed()).isFalse();
        assertThat(problem(
                quotas.consume("acme", of("api", "9007199254740992"), ConsumeMode.FORCE, null)))
                .isEqualTo(QuotaProblem.QUOTA_OVERFLOW);
    }

    @Test
    void everyQuestion_aboutWhatIsUnknownOrWrong_fails() {
        assertThat(problem(quotas.check("nobody", of("api", "1")))).isEqualTo(QuotaProblem.UNKNOWN_SUBJECT);
        assertThat(problem(quotas.consume("acme", of("seats", "1"), ConsumeMode.NORMAL, null)))
                .isEqualTo(QuotaProblem.UNKNOWN_QUOTA_TYPE);
        assertThat(problem(quotas.consume("acme", of("seats", "1"), ConsumeMode.NORMAL, key("k"))))
                .isEqualTo(QuotaProblem.UNKNOWN_QUOTA_TYPE);
        assertThat(problem(quotas.accept("acme", of("seats", "1"), null)))
                .isEqualTo(QuotaProblem.UNKNOWN_QUOTA_TYPE);
        assertThat(problem(quotas.reset("acme", "seats", null))).isEqualTo(QuotaProblem.UNKNOWN_QUOTA_TYPE);
        assertThat(problem(quotas.topUp("acme", of("api", "1").getFirst(), null)))
                .isEqualTo(QuotaProblem.NO_LIFETIME_LIMIT);
        assertThat(problem(quotas.reservation("none"))).isEqualTo(QuotaProblem.UNKNOWN_RESERVATION);
        assertThat(failure(quotas.consume("acme", of("api", "1.5"), ConsumeMode.NORMAL, null)))
                .isInstanceOf(InvalidInputException.class);
        assertThat(failure(quotas.consume("acme",
                List.of(Wanted.notNegative("value", "api", "0")), ConsumeMode.NORMAL, null)))
                .isInstanceOf(InvalidInputException.class).hasMessage("value must be greater than 0");
        assertThat(failure(quotas.check("", of("api", "1")))).isInstanceOf(InvalidInputException.class);
        assertThat(failure(quotas.reserve("acme", of("api", "1"), ConsumeMode.FORCE, Duration.ofSeconds(1), null)))
                .isInstanceOf(InvalidInputException.class);
        assertThat(failure(quotas.reserve("acme", of("api", "1"), ConsumeMode.NORMAL, Duration.ofDays(2), null)))
                .isInstanceOf(InvalidInputException.class);
        assertThat(failure(quotas.consume("acme", List.of(Wanted.positive("a", "api", "1"),
                Wanted.positive("b", "gb", "1")), ConsumeMode.BEST_EFFORT, null)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void check_always_changesNothing() {
        consume("api", "8");
        assertThat(now(quotas.check("acme", of("api", "2"))).allowed()).isTrue();
        Decision denied = now(quotas.check("acme", of("api", "3")));
        assertThat(denied.allowed()).isFalse();
        assertThat(denied.limits()).extracting(LimitState::used).containsExactly(8L, 8L);
        assertThat(used("api", Per.DAY)).isEqualTo(8);
    }

    @Test
    void consume_repeated_answersTheSameAfterMidnightAndWithoutThePlan() {
        Answered<Decision> first = consumeAs("a", "4");
        assertThat(first.replayed()).isFalse();
        consume("api", "1");
        assertThat(consumeAs("a", "4")).isEqualTo(new Answered<>(first.value(), true));

        Quotas other = nodes.open().quotas();
        nodes.clock.advance(Duration.ofHours(14));
        now(quotas.putPlan("basic", TestPlans.yaml("limits: [{quota_type: seats, limit: 1, per: day}]"), null));
        nodes.settle();
        assertThat(now(other.consume("acme", of("api", "4"), ConsumeMode.NORMAL, key("a"))))
                .isEqualTo(new Answered<>(first.value(), true));
        nodes.clock.advance(Duration.ofHours(9));
        now(quotas.deletePlan("basic", null));
        assertThat(consumeAs("a", "4")).isEqualTo(new Answered<>(first.value(), true));
        assertThat(problem(quotas.consume("acme", of("api", "4"), ConsumeMode.NORMAL, key("b"))))
                .isEqualTo(QuotaProblem.UNKNOWN_PLAN);
    }

    @Test
    void consume_denied_isRepeatedUntilRetryAfterIsOver() {
        nodes.clock.advance(Duration.ofHours(14));
        consume("api", "10");
        Answered<Decision> denied = consumeAs("a", "1");
        assertThat(denied.value().allowed()).isFalse();
        now(quotas.refund("acme", of("api", "10").getFirst(), null, null));
        assertThat(consumeAs("a", "1")).isEqualTo(new Answered<>(denied.value(), true));
        nodes.clock.advance(Duration.ofHours(10));
        assertThat(consumeAs("a", "1").value().allowed()).isTrue();
    }

    @Test
    void consume_withAKeyOfAnotherRequest_isRefused() {
        consumeAs("a", "4");
        assertThat(problem(quotas.consume("acme", of("api", "5"), ConsumeMode.NORMAL, key("a"))))
                .isEqualTo(GeneralProblem.IDEMPOTENCY_KEY_REUSED);
        assertThat(consumeAs("a", "4.0").replayed()).isTrue();
        assertThat(now(quotas.consume("acme", of("api", "5"), ConsumeMode.NORMAL, new RequestKey("other", "a")))
                .replayed()).isFalse();
    }

    @Test
    void commit_ofAPart_givesTheRestBack() {
        Reserved reserved = reserve("api", "4", "30s");
        assertThat(reserved.decision().allowed()).isTrue();
        assertThat(reserved.expiresAt()).isEqualTo(nodes.clock.instant().plusSeconds(30));
        assertThat(state("api", Per.DAY).held()).isEqualTo(4);
        assertThat(consume("api", "1").limits()).extracting(LimitState::held).containsExactly(4L, 4L);

        String id = String.valueOf(reserved.reservationId());
        var commitment = new Commitment(Amount.parse("value", "3"), List.of(), false);
        Ended ended = now(quotas.commit(id, commitment));
        assertThat(ended.asAsked()).isTrue();
        assertThat(ended.reservation().state()).isEqualTo(Reservation.State.COMMITTED);
        assertThat(now(quotas.commit(id, commitment))).isEqualTo(ended);
        assertThat(now(quotas.release(id))).isEqualTo(new Ended(ended.reservation(), false));
        assertThat(now(quotas.reservation(id))).isEqualTo(ended.reservation());
        assertThat(used("api", Per.DAY)).isEqualTo(4);
        assertThat(state("api", Per.DAY).held()).isZero();
    }

    @Test
    void commit_ofMoreThanWasReserved_isInvalidUnlessForced() {
        String id = String.valueOf(reserve("api", "4", "30s").reservationId());
        Amount twelve = Amount.parse("value", "12");
        assertThat(failure(quotas.commit(id, new Commitment(twelve, List.of(), false))))
                .isInstanceOf(InvalidInputException.class);
        Amount most = Amount.parse("value", "9007199254740992");
        consume("api", "1");
        assertThat(problem(quotas.commit(id, new Commitment(most, List.of(), true))))
                .isEqualTo(QuotaProblem.QUOTA_OVERFLOW);
        now(quotas.commit(id, new Commitment(twelve, List.of(), true)));
        assertThat(used("api", Per.DAY)).isEqualTo(13);
    }

    @Test
    void decisions_unlessRepeated_areToldByQuotaType() {
        now(quotas.consume("acme", of("api", "2"), ConsumeMode.NORMAL, key("once")));
        now(quotas.consume("acme", of("api", "2"), ConsumeMode.NORMAL, key("once")));
        reserve("api", "1", "30s");
        now(quotas.consume("acme", of("api", "1000"), ConsumeMode.NORMAL, null));
        now(quotas.check("acme", of("api", "1")));
        assertThat(nodes.told).isEqualTo(Map.of("api granted", 2, "api denied", 1));
    }

    @Test
    void reserve_bestEffort_reservesWhatIsLeft() {
        consume("api", "7");
        var best = now(quotas.reserve("acme", of("api", "9"), ConsumeMode.BEST_EFFORT, Duration.ofMinutes(1),
                key("r")));
        assertThat(best.value().decision().shares().getFirst().granted()).isEqualTo(3);
        assertThat(now(quotas.reserve("acme", of("api", "9"), ConsumeMode.BEST_EFFORT, Duration.ofMinutes(1),
                key("r")))).isEqualTo(new Answered<>(best.value(), true));
        Reserved denied = now(quotas.reserve("acme", of("api", "9"), ConsumeMode.BEST_EFFORT, Duration.ofMinutes(1),
                key("s"))).value();
        assertThat(denied.decision().allowed()).isFalse();
        assertThat(denied.reservationId()).isNull();
        assertThat(reserve("api", "1", "1s").reservationId()).isNull();
    }

    @Test
    void reservation_thatIsDue_isGivenBackOnceByAnyNode() {
        var node = nodes.open();
        String id = String.valueOf(reserve("api", "4", "30s").reservationId());
        reserve("api", "1", "31s");
        nodes.clock.advance(Duration.ofMillis(29_999));
        assertThat(node.service().sweeper().expire(nodes.clock.instant())).isTrue();
        assertThat(used("api", Per.DAY)).isEqualTo(5);

        nodes.clock.advance(Duration.ofMillis(1));
        node.service().sweeper().expire(nodes.clock.instant());
        nodes.open().service().sweeper().expire(nodes.clock.instant());
        assertThat(used("api", Per.DAY)).isEqualTo(1);
        assertThat(node.quotas().expired()).isEqualTo(1);
        assertThat(now(quotas.reservation(id)).state()).isEqualTo(Reservation.State.EXPIRED);
        assertThat(now(quotas.commit(id, Commitment.ALL)).asAsked()).isFalse();

        nodes.clock.advance(Duration.ofHours(24));
        node.service().sweeper().sweep(nodes.clock.instant(), () -> false);
        assertThat(now(quotas.reservation(id)).state()).isEqualTo(Reservation.State.EXPIRED);
        nodes.clock.advance(Duration.ofMinutes(3));
        node.service().sweeper().expire(nodes.clock.instant());
        node.service().sweeper().sweep(nodes.clock.instant(), () -> false);
        assertThat(problem(quotas.reservation(id))).isEqualTo(QuotaProblem.UNKNOWN_RESERVATION);
    }

    private void upkeep(QuotaNodes.Node node) {
        node.service().sweeper().run(nodes.clock.instant(), () -> false);
    }

    @Test
    void reservation_thatEndsLongAfterItsTime_answersForADayAfterItsEnd() {
        var node = nodes.open();
        String expired = String.valueOf(reserve("api", "4", "30s").reservationId());
        String committed = String.valueOf(reserve("api", "2", "24h").reservationId());
        // Nobody is there who would give it back.
        nodes.clock.advance(Duration.ofDays(3));
        Ended commit = now(quotas.commit(committed, Commitment.ALL));
        upkeep(node);
        assertThat(commit.reservation().state()).isEqualTo(Reservation.State.COMMITTED);
        assertThat(now(quotas.reservation(expired)).state()).isEqualTo(Reservation.State.EXPIRED);
        for (int minutes = 0; minutes < 24 * 60; minutes += 60) {
            nodes.clock.advance(Duration.ofMinutes(60).minusMillis(1));
            upkeep(nodes.open());
            assertThat(now(quotas.reservation(expired)).state()).isEqualTo(Reservation.State.EXPIRED);
            assertThat(now(quotas.commit(expired, Commitment.ALL)).asAsked()).isFalse();
            assertThat(now(quotas.commit(committed, Commitment.ALL))).isEqualTo(commit);
        }
        nodes.clock.advance(Duration.ofSeconds(1));
        upkeep(node);
        assertThat(problem(quotas.reservation(expired))).isEqualTo(QuotaProblem.UNKNOWN_RESERVATION);
        assertThat(problem(quotas.reservation(committed))).isEqualTo(QuotaProblem.UNKNOWN_RESERVATION);
        var store = new OracleStore(nodes.data);
        assertThat(store.listThrough(ReservationId.BOOK, "~", 10)).isEmpty();
        assertThat(store.listThrough(ReservationId.DUE, "~", 10)).isEmpty();
        assertThat(node.quotas().expired()).isEqualTo(1);
    }

    @Test
    void commit_afterTheTimeAndBeforeItIsGivenBack_succeeds() {
        var node = nodes.open();
        String id = String.valueOf(reserve("api", "4", "30s").reservationId());
        nodes.clock.advance(Duration.ofHours(1));
        assertThat(now(quotas.commit(id, Commitment.ALL)).asAsked()).isTrue();
        node.service().sweeper().expire(nodes.clock.instant());
        assertThat(used("api", Per.DAY)).isEqualTo(4);
    }

    @Test
    void refund_always_givesBackWhatIsUsedAndNotHeld() {
        consume("api", "3");
        reserve("api", "4", "30s");
        Wanted five = of("api", "5").getFirst();
        Answered<List<Returned>> back = now(quotas.refund("acme", five, null, key("r")));
        assertThat(back.value()).extracting(Returned::units).containsExactly(3L, 3L);
        assertThat(now(quotas.refund("acme", five, null, key("r")))).isEqualTo(new Answered<>(back.value(), true));
        assertThat(used("api", Per.DAY)).isEqualTo(4);

        Instant yesterday = nodes.clock.instant().minus(Duration.ofDays(1));
        assertThat(now(quotas.refund("acme", five, yesterday, null)).value())
                .extracting(Returned::units).containsExactly(0L, 0L);
        assertThat(failure(quotas.refund("acme", five, nodes.clock.instant().minus(Duration.ofDays(8)), null)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void topUp_always_isCredit() {
        Wanted one = of("gb", "1").getFirst();
        assertThat(now(quotas.topUp("acme", one, key("t"))).value().limit().used()).isEqualTo(-10);
        assertThat(now(quotas.topUp("acme", one, key("t"))).replayed()).isTrue();
        assertThat(consume("gb", "3.5").allowed()).isTrue();
        assertThat(consume("gb", "0.1").retryAt()).isEmpty();
    }

    @Test
    void reset_always_leavesWhatIsHeld() {
        consume("api", "3");
        consume("soft", "3");
        reserve("api", "4", "30s");
        assertThat(now(quotas.reset("acme", "api", key("z")))).isFalse();
        assertThat(used("api", Per.MONTH)).isEqualTo(4);
        assertThat(used("soft", Per.DAY)).isEqualTo(3);
        consume("api", "1");
        assertThat(now(quotas.reset("acme", "api", key("z")))).isTrue();
        assertThat(used("api", Per.DAY)).isEqualTo(5);
        assertThat(now(quotas.reset("acme", null, null))).isFalse();
        assertThat(used("soft", Per.DAY)).isZero();
    }

    @Test
    void usage_ofPastPeriods_isTold() {
        consume("api", "3");
        nodes.clock.advance(Duration.ofDays(1));
        consume("api", "2");
        var query = new UsageQuery("api", Per.DAY, Instant.parse("2026-01-01T00:00:00Z"), null);
        assertThat(now(quotas.usage("acme", query))).extracting(PeriodUsage::used).containsExactly(3L, 2L);
        assertThat(now(quotas.usage("acme", new UsageQuery(null, Per.LIFETIME, null, null))))
                .extracting(PeriodUsage::end).containsExactly(Optional.empty());
        assertThat(now(quotas.usage("acme", new UsageQuery("api", Per.DAY, null, null)))).hasSize(31);
        assertThat(failure(quotas.usage("acme", new UsageQuery("free", Per.HOUR, Instant.EPOCH, null))))
                .isInstanceOf(InvalidInputException.class);
        assertThat(failure(
                quotas.usage("acme", new UsageQuery("free", Per.HOUR, nodes.clock.instant().plusSeconds(1), null))))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void sweep_always_forgetsOldUsageAlone() {
        var node = nodes.open();
        consume("free", "3");
        consume("api", "3");
        nodes.clock.advance(Duration.ofDays(9));
        node.service().sweeper().sweep(nodes.clock.instant(), () -> false);
        var hour = new UsageQuery("free", null, Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2026-01-01T00:30:00Z"));
        assertThat(now(quotas.usage("acme", hour))).extracting(PeriodUsage::used).containsExactly(0L);
        var day = new UsageQuery("api", Per.DAY, Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2026-01-01T00:30:00Z"));
        assertThat(now(quotas.usage("acme", day))).extracting(PeriodUsage::used).containsExactly(3L);
    }
}
