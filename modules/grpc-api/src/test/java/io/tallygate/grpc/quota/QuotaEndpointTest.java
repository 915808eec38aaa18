package io.tallygate.grpc.quota;

import static io.tallygate.grpc.Refusals.assertInvalid;
import static io.tallygate.grpc.Refusals.assertRefused;
import static io.tallygate.grpc.Refusals.failureOf;
import static io.tallygate.grpc.Refusals.outcome;
import static io.tallygate.grpc.TestServer.detail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.rpc.BadRequest;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tallygate.grpc.TestServer;
import io.tallygate.kernel.Await;
import io.tallygate.quota.v1.CheckRequest;
import io.tallygate.quota.v1.CommitRequest;
import io.tallygate.quota.v1.ConsumeBatchRequest;
import io.tallygate.quota.v1.ConsumeBatchResponse;
import io.tallygate.quota.v1.ConsumeMode;
import io.tallygate.quota.v1.ConsumeRequest;
import io.tallygate.quota.v1.Decision;
import io.tallygate.quota.v1.DeletePlanRequest;
import io.tallygate.quota.v1.DeleteSubjectRequest;
import io.tallygate.quota.v1.GetConsumerRequest;
import io.tallygate.quota.v1.GetPlanRequest;
import io.tallygate.quota.v1.GetReservationRequest;
import io.tallygate.quota.v1.GetSubjectRequest;
import io.tallygate.quota.v1.GetUsageRequest;
import io.tallygate.quota.v1.Limit;
import io.tallygate.quota.v1.LimitState;
import io.tallygate.quota.v1.ListPlansRequest;
import io.tallygate.quota.v1.ListSubjectsRequest;
import io.tallygate.quota.v1.Operation;
import io.tallygate.quota.v1.Plan;
import io.tallygate.quota.v1.PlanSource;
import io.tallygate.quota.v1.PutPlanRequest;
import io.tallygate.quota.v1.PutSubjectRequest;
import io.tallygate.quota.v1.Quota;
import io.tallygate.quota.v1.QuotaServiceGrpc;
import io.tallygate.quota.v1.QuotaServiceGrpc.QuotaServiceBlockingStub;
import io.tallygate.quota.v1.RefundRequest;
import io.tallygate.quota.v1.ReleaseRequest;
import io.tallygate.quota.v1.Reservation;
import io.tallygate.quota.v1.ReservationState;
import io.tallygate.quota.v1.ReserveRequest;
import io.tallygate.quota.v1.ReserveResponse;
import io.tallygate.quota.v1.ResetRequest;
import io.tallygate.quota.v1.Subject;
import io.tallygate.quota.v1.TopUpRequest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Quotas on a ledger, over a real connection. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QuotaEndpointTest {

    private TestServer server;

    @BeforeAll
    void start() {
        server = new TestServer();
        stub().putPlan(PutPlanRequest.newBuilder().setPlan("basic")
                .addLimits(limit("calls", "10", "year")).addLimits(limit("calls", "100", "lifetime"))
                .addLimits(limit("gb", "1.5", "lifetime").setScale(1)).build());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private QuotaServiceBlockingStub stub() {
        return QuotaServiceGrpc.newBlockingStub(server.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static Limit.Builder limit(String quotaType, String limit, String per) {
        return Limit.newBuilder().setQuotaType(quotaType).setLimit(limit).setPer(per);
    }

    /** A subject of the plan that this class has. */
    private String subject(String id) {
        stub().putSubject(PutSubjectRequest.newBuilder().setSubject(id).setPlan("basic").build());
        return id;
    }

    private static Quota quota(String quotaType, String value) {
        return Quota.newBuilder().setQuotaType(quotaType).setValue(value).build();
    }

    private static Operation.Builder operation(String subject, String value) {
        return Operation.newBuilder().setSubject(subject).addQuotas(quota("calls", value));
    }

    private Decision consume(Operation.Builder operation) {
        return stub().consume(ConsumeRequest.newBuilder().setOperation(operation).build()).getDecision();
    }

    private ReserveResponse reserve(String subject, String value) {
        return stub().reserve(ReserveRequest.newBuilder().setOperation(operation(subject, value))
                .setTtl(Duration.newBuilder().setSeconds(600)).build());
    }

    private LimitState state(String subject, String quotaType, String per) {
        return stub().getSubject(GetSubjectRequest.newBuilder().setSubject(subject).build()).getSubject()
                .getLimitsList().stream()
                .filter(limit -> limit.getQuotaType().equals(quotaType) && limit.getPer().equals(per)).findFirst()
                .orElseThrow();
    }

    private static List<String> broken(ThrowingCallable call) {
        return detail(failureOf(call), BadRequest.class).orElseThrow().getFieldViolationsList().stream()
                .map(BadRequest.FieldViolation::getField).toList();
    }

    @Test
    void consume_granted_answersTheDecisionAndHowTheLimitsStand() {
        Decision decision = consume(operation(subject("granted"), "3"));

        assertThat(decision.getAllowed()).isTrue();
        assertThat(decision.getAsOf().getSeconds()).isCloseTo(Instant.now().getEpochSecond(),
                within(60L));
        assertThat(decision.getQuotasList()).singleElement().satisfies(share -> {
            assertThat(share.getQuotaType()).isEqualTo("calls");
            assertThat(share.getRequested()).isEqualTo("3");
            assertThat(share.getGranted()).isEqualTo("3");
        });
        LimitState year = decision.getLimits(0);
        assertThat(year.getPer()).isEqualTo("year");
        assertThat(year.getLimit()).isEqualTo("10");
        assertThat(year.getUsed()).isEqualTo("3");
        assertThat(year.getHeld()).isEqualTo("0");
        assertThat(year.getRemaining()).isEqualTo("7");
        assertThat(year.getPending()).isEqualTo("0");
        assertThat(year.hasResetsAt()).isTrue();
        assertThat(year.getHard()).isTrue();
        assertThat(year.getOver()).isFalse();
        assertThat(decision.getLimits(1).hasResetsAt()).as("a lifetime does not end").isFalse();
        assertThat(decision.getLimitsOmitted()).isZero();
    }

    @Test
    void consume_withoutAValue_isOne() {
        String subject = subject("one");
        consume(Operation.newBuilder().setSubject(subject).addQuotas(Quota.newBuilder().setQuotaType("calls")));
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("1");
    }

    @Test
    void consume_severalQuotaTypes_keepsExactDecimals() {
        String subject = subject("several");
        Decision decision = consume(Operation.newBuilder().setSubject(subject).addQuotas(quota("calls", "2"))
                .addQuotas(quota("gb", "0.10")).setMetadata(Struct.newBuilder().putFields("order",
                        Value.newBuilder().setStringValue("7").build())));
        assertThat(decision.getQuotas(1).getGranted()).isEqualTo("0.1");
        assertThat(state(subject, "gb", "lifetime").getRemaining()).isEqualTo("1.4");
    }

    @Test
    void consume_denied_isResourceExhaustedWithTheDecision() {
        String subject = subject("denied");
        consume(operation(subject, "8"));
        StatusRuntimeException denied = assertRefused(Status.Code.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED",
                () -> consume(operation(subject, "3")));

        assertThat(outcome(denied)).isEqualTo("UNCHANGED");
        assertThat(denied.getStatus().getDescription())
                .isEqualTo("of the 10 calls per year, 2 are left; nothing was changed");
        Decision decision = detail(denied, Decision.class).orElseThrow();
        assertThat(decision.getAllowed()).isFalse();
        assertThat(decision.getQuotas(0).getRequested()).isEqualTo("3");
        assertThat(decision.getQuotas(0).getGranted()).isEqualTo("0");
        assertThat(decision.getLimitsList()).extracting(LimitState::getPer).containsExactly("year", "lifetime");
        assertThat(decision.getLimits(0).getRemaining()).isEqualTo("2");
        assertThat(detail(denied, QuotaFailure.class).orElseThrow().getViolationsList()).singleElement()
                .satisfies(violation -> {
                    assertThat(violation.getSubject()).isEqualTo(subject);
                    assertThat(violation.getQuotaMetric()).isEqualTo("calls");
                    assertThat(violation.getQuotaId()).isEqualTo("year");
                    assertThat(violation.getDescription()).isEqualTo("calls per year: 2 of 10 are left");
                });
        long wait = detail(denied, RetryInfo.class).orElseThrow().getRetryDelay().getSeconds();
        assertThat(Instant.now().plusSeconds(wait)).isBetween(
                Instant.ofEpochSecond(decision.getLimits(0).getResetsAt().getSeconds()).minusSeconds(60),
                Instant.ofEpochSecond(decision.getLimits(0).getResetsAt().getSeconds()).plusSeconds(60));
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("8");
    }

    @Test
    void consume_waitingCannotHelp_hasNoRetryInfo() {
        String subject = subject("never");
        StatusRuntimeException denied = assertRefused(Status.Code.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED",
                () -> consume(operation(subject, "11")));
        assertThat(detail(denied, RetryInfo.class)).isEmpty();
    }

    /** As many as the domain takes, with names as long as they may be: more than the trailers of a call can hold. */
    @Test
    void consume_deniedByManyLimits_tellsAsManyAsTrailersHold() {
        var plan = PutPlanRequest.newBuilder().setPlan("many");
        var operation = Operation.newBuilder().setSubject("many");
        for (int i = 0; i < 20; i++) {
            String type = "t" + i + "x".repeat(250);
            operation.addQuotas(quota(type, i == 19 ? "6" : "1"));
            for (String per : List.of("day", "month", "year", "lifetime")) {
                plan.addLimits(limit(type, "5", per));
            }
        }
        stub().putPlan(plan.build());
        stub().putSubject(PutSubjectRequest.newBuilder().setSubject("many").setPlan("many").build());
        StatusRuntimeException denied = assertRefused(Status.Code.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED",
                () -> consume(operation));

        Decision decision = detail(denied, Decision.class).orElseThrow();
        assertThat(decision.getLimitsList()).isNotEmpty().first()
                .satisfies(limit -> assertThat(limit.getQuotaType()).startsWith("t19x"));
        assertThat(decision.getLimitsCount() + decision.getLimitsOmitted()).isEqualTo(80);
        assertThat(detail(denied, QuotaFailure.class).orElseThrow().getViolationsCount()).isPositive();
    }

    @Test
    void consume_bestEffortAndForce_areWhatTheirNamesSay() {
        String subject = subject("modes");
        consume(operation(subject, "7"));
        assertThat(consume(operation(subject, "5").setMode(ConsumeMode.CONSUME_MODE_BEST_EFFORT)).getQuotas(0)
                .getGranted()).isEqualTo("3");
        LimitState year = consume(operation(subject, "5").setMode(ConsumeMode.CONSUME_MODE_FORCE)).getLimits(0);
        assertThat(year.getUsed()).isEqualTo("15");
        assertThat(year.getRemaining()).isEqualTo("0");
        assertThat(year.getOver()).isTrue();
    }

    @Test
    void consume_sameRequestId_countsOnceAndAnswersTheSame() {
        String subject = subject("once");
        var first = consume(operation(subject, "4").setRequestId("once-1"));
        assertThat(consume(operation(subject, "4").setRequestId("once-1"))).isEqualTo(first);
        assertThat(batch(operation(subject, "4").setRequestId("once-1")).getResults(0).getDecision())
                .as("a batch's operation of the same name is the same one").isEqualTo(first);
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("4");
        assertRefused(Status.Code.ALREADY_EXISTS, "IDEMPOTENCY_KEY_REUSED",
                () -> consume(operation(subject, "5").setRequestId("once-1")));
    }

    @Test
    void consume_async_isAcceptedAndCountedSoon() {
        String subject = subject("async");
        long before = stub().getConsumer(GetConsumerRequest.getDefaultInstance()).getTotal();
        var response = stub().consume(ConsumeRequest.newBuilder().setOperation(operation(subject, "12"))
                .setAsync(true).build());
        assertThat(response.hasDecision()).isFalse();
        Await.until("it is written", () -> state(subject, "calls", "year").getUsed().equals("12"));
        var consumer = stub().getConsumer(GetConsumerRequest.getDefaultInstance());
        assertThat(consumer.getHealthy()).isTrue();
        assertThat(consumer.getTotal()).isEqualTo(before + 1);
    }

    @Test
    void consume_breaksRules_namesEachField() {
        String subject = subject("rules");
        assertInvalid("operation", () -> stub().consume(ConsumeRequest.getDefaultInstance()));
        assertThat(broken(() -> consume(Operation.newBuilder().setModeValue(9).setRequestId(""))))
                .containsExactly("operation.subject", "operation.quotas", "operation.mode", "operation.request_id");
        assertThat(broken(() -> consume(Operation.newBuilder().setSubject(subject).addQuotas(quota("", "1"))
                .addQuotas(quota("calls", "0")).addQuotas(quota("calls", "1e3")).addQuotas(quota("calls", "")))))
                .containsExactly("operation.quotas[0].quota_type", "operation.quotas[1].value",
                        "operation.quotas[2].value", "operation.quotas[3].value");
        assertInvalid("operation.quotas[0].value", () -> consume(operation(subject, "0.5")));
        assertInvalid("operation.quotas", () -> consume(Operation.newBuilder().setSubject(subject)
                .addAllQuotas(IntStream.range(0, 21).mapToObj(i -> quota("t" + i, "1")).toList())));
        assertInvalid("operation.metadata", () -> consume(operation(subject, "1").setMetadata(Struct.newBuilder()
                .putFields("a", Value.newBuilder().setStringValue("x".repeat(4_096)).build()))));
        assertInvalid("async", () -> stub().consume(ConsumeRequest.newBuilder().setAsync(true)
                .setOperation(operation(subject, "1").setMode(ConsumeMode.CONSUME_MODE_NORMAL)).build()));
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("0");
    }

    @Test
    void anyCall_whatIsNotKnown_isNotFound() {
        String subject = subject("known");
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_SUBJECT", () -> consume(operation("nobody", "1")));
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_QUOTA_TYPE", () -> consume(
                Operation.newBuilder().setSubject(subject).addQuotas(quota("other", "1"))));
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_PLAN",
                () -> stub().getPlan(GetPlanRequest.newBuilder().setPlan("none").build()));
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_RESERVATION",
                () -> stub().release(ReleaseRequest.newBuilder().setReservationId("x").build()));
    }

    @Test
    void check_eitherWay_answersAndChangesNothing() {
        String subject = subject("checked");
        assertThat(check(subject, "10").getAllowed()).isTrue();
        assertThat(check(subject, "11").getAllowed()).isFalse();
        assertThat(check(subject, "0").getAllowed()).isTrue();
        assertInvalid("quotas[0].value", () -> check(subject, "-1"));
        assertInvalid("subject", () -> check("", "1"));
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("0");
    }

    private Decision check(String subject, String value) {
        return stub().check(CheckRequest.newBuilder().setSubject(subject).addQuotas(quota("calls", value)).build())
                .getDecision();
    }

    private ConsumeBatchResponse batch(Operation.Builder... operations) {
        var request = ConsumeBatchRequest.newBuilder();
        List.of(operations).forEach(request::addOperations);
        return stub().consumeBatch(request.build());
    }

    @Test
    void consumeBatch_items_areDecidedEachForItself() {
        String subject = subject("batch");
        var response = batch(operation(subject, "3"), operation(subject, "8"), operation(subject, "-1"),
                operation("nobody", "1"));
        assertThat(response.getResults(0).getDecision().getAllowed()).isTrue();
        assertThat(response.getResults(1).getDecision().getAllowed()).isFalse();
        assertThat(response.getResults(2).getError().getReason()).isEqualTo("INVALID_INPUT");
        assertThat(response.getResults(2).getError().getFieldViolations(0).getField())
                .isEqualTo("operations[2].quotas[0].value");
        assertThat(response.getResults(3).getError().getReason()).isEqualTo("UNKNOWN_SUBJECT");
        assertThat(response.getResults(3).getError().getPermanent()).isTrue();
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("3");
    }

    @Test
    void consumeBatch_itsName_isThatOfAllItemsWithoutOne() {
        String subject = subject("named-batch");
        var request = ConsumeBatchRequest.newBuilder().setRequestId("batch-1").addOperations(operation(subject, "2"))
                .addOperations(operation(subject, "3")).build();
        var first = stub().consumeBatch(request);
        assertThat(first.getReplayed()).isFalse();
        assertThat(stub().consumeBatch(request)).isEqualTo(first.toBuilder().setReplayed(true).build());
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("5");
        assertRefused(Status.Code.ALREADY_EXISTS, "IDEMPOTENCY_KEY_REUSED",
                () -> stub().consumeBatch(ConsumeBatchRequest.newBuilder().setRequestId("batch-1")
                        .addOperations(operation(subject, "9")).build()));
    }

    @Test
    void consumeBatch_async_saysHowManyWereTaken() {
        String subject = subject("async-batch");
        var all = stub().consumeBatch(ConsumeBatchRequest.newBuilder().setAsync(true)
                .addOperations(operation(subject, "2")).build());
        assertThat(all.getAccepted()).isEqualTo(1);
        assertThat(all.getResultsCount()).isZero();
        var some = stub().consumeBatch(ConsumeBatchRequest.newBuilder().setAsync(true)
                .addOperations(operation(subject, "0")).addOperations(operation(subject, "3")).build());
        assertThat(some.getAccepted()).isEqualTo(1);
        assertThat(some.getResults(0).hasError()).isTrue();
        Await.until("all are written", () -> state(subject, "calls", "year").getUsed().equals("5"));
        assertThat(broken(() -> stub().consumeBatch(ConsumeBatchRequest.newBuilder().setRequestId("").build())))
                .containsExactly("operations", "request_id");
    }

    @Test
    void reservation_committed_keepsWhatWasUsed() {
        String subject = subject("reserved");
        ReserveResponse reserved = reserve(subject, "6");
        assertThat(reserved.getDecision().getAllowed()).isTrue();
        assertThat(reserved.getExpiresAt().getSeconds()).isGreaterThan(Instant.now().getEpochSecond());
        assertThat(state(subject, "calls", "year").getHeld()).isEqualTo("6");
        assertRefused(Status.Code.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED", () -> reserve(subject, "5"));
        String id = reserved.getReservationId();
        Reservation held = stub().getReservation(GetReservationRequest.newBuilder().setReservationId(id).build())
                .getReservation();
        assertThat(held.getState()).isEqualTo(ReservationState.RESERVATION_STATE_HELD);
        assertThat(held.hasEndedAt()).isFalse();

        assertInvalid("value", () -> commit(CommitRequest.newBuilder().setReservationId(id).setValue("7")));
        Reservation committed = commit(CommitRequest.newBuilder().setReservationId(id).setValue("4"));
        assertThat(committed.getState()).isEqualTo(ReservationState.RESERVATION_STATE_COMMITTED);
        assertThat(committed.getSubject()).isEqualTo(subject);
        assertThat(committed.getQuotas(0).getReserved()).isEqualTo("6");
        assertThat(committed.getQuotas(0).getCommitted()).isEqualTo("4");
        assertThat(committed.hasEndedAt()).isTrue();
        assertThat(commit(CommitRequest.newBuilder().setReservationId(id).setValue("4"))).isEqualTo(committed);
        StatusRuntimeException other = assertRefused(Status.Code.FAILED_PRECONDITION, "RESERVATION_ENDED",
                () -> stub().release(ReleaseRequest.newBuilder().setReservationId(id).build()));
        assertThat(detail(other, Reservation.class)).contains(committed);
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("4");
        assertThat(state(subject, "calls", "year").getHeld()).isEqualTo("0");
    }

    private Reservation commit(CommitRequest.Builder request) {
        return stub().commit(request.build()).getReservation();
    }

    @Test
    void reservation_released_givesAllOfItBack() {
        String subject = subject("released");
        String id = reserve(subject, "6").getReservationId();
        Reservation released = stub().release(ReleaseRequest.newBuilder().setReservationId(id).build())
                .getReservation();
        assertThat(released.getState()).isEqualTo(ReservationState.RESERVATION_STATE_RELEASED);
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("0");
    }

    @Test
    void reservation_committedBeyondIt_mustBeForced() {
        String subject = subject("forced");
        String id = reserve(subject, "2").getReservationId();
        commit(CommitRequest.newBuilder().setReservationId(id).addQuotas(quota("calls", "12"))
                .setMode(ConsumeMode.CONSUME_MODE_FORCE));
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("12");
    }

    @Test
    void reservation_notEndedInTime_expires() {
        String subject = subject("expiring");
        var reserved = stub().reserve(ReserveRequest.newBuilder().setOperation(operation(subject, "2"))
                .setTtl(Duration.newBuilder().setSeconds(1)).build());
        Await.until("it expires", () -> stub().getReservation(GetReservationRequest.newBuilder()
                .setReservationId(reserved.getReservationId()).build()).getReservation()
                .getState() == ReservationState.RESERVATION_STATE_EXPIRED);
    }

    @Test
    void reservation_breaksRules_namesEachField() {
        String subject = subject("reservation-rules");
        assertThat(broken(() -> stub().reserve(ReserveRequest.newBuilder()
                .setOperation(operation(subject, "1").setMode(ConsumeMode.CONSUME_MODE_FORCE)).build())))
                .containsExactly("operation.mode", "ttl");
        for (Duration ttl : List.of(Duration.getDefaultInstance(), Duration.newBuilder().setSeconds(86_401).build(),
                Duration.newBuilder().setSeconds(Long.MIN_VALUE).setNanos(-1).build())) {
            assertInvalid("ttl", () -> stub().reserve(ReserveRequest.newBuilder()
                    .setOperation(operation(subject, "1")).setTtl(ttl).build()));
        }
        assertThat(broken(() -> commit(CommitRequest.newBuilder().setValue("1").addQuotas(quota("calls", "-1"))
                .setMode(ConsumeMode.CONSUME_MODE_BEST_EFFORT)))).containsExactly("reservation_id", "value",
                        "quotas[0].value", "mode");
        assertInvalid("reservation_id",
                () -> stub().getReservation(GetReservationRequest.getDefaultInstance()));
    }

    @Test
    void refundAndTopUp_giveBackByTheirNamesOnce() {
        String subject = subject("back");
        consume(operation(subject, "6"));
        var refund = RefundRequest.newBuilder().setSubject(subject).setQuotaType("calls").setValue("4")
                .setRequestId("refund-1").build();
        var refunded = stub().refund(refund);
        assertThat(refunded.getLimits(0).getReturned()).isEqualTo("4");
        assertThat(refunded.getLimits(0).getLimit().getUsed()).isEqualTo("2");
        assertThat(refunded.getReplayed()).isFalse();
        assertThat(stub().refund(refund)).isEqualTo(refunded.toBuilder().setReplayed(true).build());
        var asked = TopUpRequest.newBuilder().setSubject(subject).setQuotaType("calls").setValue("5")
                .setRequestId("top-up-1").build();
        var topUp = stub().topUp(asked);
        assertThat(stub().topUp(asked)).isEqualTo(topUp.toBuilder().setReplayed(true).build());
        assertThat(topUp.getLimit().getReturned()).isEqualTo("5");
        assertThat(topUp.getLimit().getLimit().getUsed()).isEqualTo("-3");
        assertThat(broken(() -> stub().refund(RefundRequest.newBuilder()
                .setTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE)).build())))
                .containsExactly("subject", "quota_type", "value", "time", "request_id");
        assertThat(broken(() -> stub().topUp(TopUpRequest.newBuilder().setValue("0").build())))
                .containsExactly("subject", "quota_type", "value", "request_id");
        assertInvalid("time", () -> stub().refund(refund.toBuilder().setRequestId("refund-2")
                .setTime(Timestamp.newBuilder().setSeconds(1)).build()));
    }

    @Test
    void reset_always_takesUsageDownToWhatIsHeld() {
        String subject = subject("reset");
        consume(operation(subject, "3"));
        reserve(subject, "2");
        stub().reset(ResetRequest.newBuilder().setSubject(subject).setQuotaType("calls").setRequestId("reset-1")
                .build());
        assertThat(state(subject, "calls", "year").getUsed()).isEqualTo("2");
        assertThat(broken(() -> stub().reset(ResetRequest.newBuilder().setQuotaType("").setRequestId("").build())))
                .containsExactly("subject", "quota_type", "request_id");
    }

    @Test
    void usage_ofASubject_isToldByPeriods() {
        String subject = subject("usage");
        consume(operation(subject, "3"));
        var periods = stub().getUsage(GetUsageRequest.newBuilder().setSubject(subject).setQuotaType("calls")
                .setPer("year").build()).getPeriodsList();
        assertThat(periods.getLast().getUsed()).isEqualTo("3");
        assertThat(periods.getLast().getPer()).isEqualTo("year");
        assertThat(periods.getLast().hasEnd()).isTrue();
        assertThat(periods.getLast().getStart().getSeconds()).isLessThan(periods.getLast().getEnd().getSeconds());
        assertThat(broken(() -> stub().getUsage(GetUsageRequest.newBuilder().setQuotaType("").setPer("fortnight")
                .setFrom(Timestamp.newBuilder().setNanos(-1)).setTo(Timestamp.newBuilder().setNanos(-1)).build())))
                .containsExactly("subject", "quota_type", "per", "from", "to");
    }

    @Test
    void plan_always_isAnsweredAsItIsInEffect() {
        Plan put = stub().putPlan(PutPlanRequest.newBuilder().setPlan("full").setTimeZone("Europe/Berlin")
                .addLimits(limit("calls", "10", "month").setAnchor("2026-01-31").setHard(false).setGrace("12.5"))
                .build()).getPlan();
        assertThat(put.getPlan()).isEqualTo("full");
        assertThat(put.getTimeZone()).isEqualTo("Europe/Berlin");
        assertThat(put.getSource()).isEqualTo(PlanSource.PLAN_SOURCE_API);
        assertThat(put.getLimits(0)).isEqualTo(limit("calls", "10", "month").setAnchor("2026-01-31").setHard(false)
                .setGrace("12.5").setScale(0).build());
        assertThat(stub().getPlan(GetPlanRequest.newBuilder().setPlan("full").build()).getPlan().getEtag())
                .isEqualTo(put.getEtag());
        var page = stub().listPlans(ListPlansRequest.newBuilder().setAfter("ful").setLimit(1).build());
        assertThat(page.getPlansList()).singleElement()
                .satisfies(plan -> assertThat(plan.getPlan()).isEqualTo("full"));
        assertThat(page.hasDefaultPlan()).isFalse();
        assertRefused(Status.Code.ABORTED, "PLAN_CHANGED", () -> stub().putPlan(PutPlanRequest.newBuilder()
                .setPlan("full").setIfMatch("other").addLimits(limit("calls", "1", "day")).build()));
        stub().deletePlan(DeletePlanRequest.newBuilder().setPlan("full").setIfMatch(put.getEtag()).build());
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_PLAN", () -> stub().deletePlan(
                DeletePlanRequest.newBuilder().setPlan("full").build()));
    }

    @Test
    void plan_breaksRules_namesEachField() {
        assertThat(broken(() -> stub().putPlan(PutPlanRequest.newBuilder().setPlan("bad").setTimeZone("Mars/Olympus")
                .addLimits(Limit.getDefaultInstance()).addLimits(limit("calls", "-1", "fortnight").setGrace("x"))
                .build()))).contains("time_zone", "limits[0].quota_type", "limits[0].limit", "limits[0].per",
                        "limits[1].limit", "limits[1].per", "limits[1].grace");
        assertThat(broken(() -> stub().putPlan(PutPlanRequest.newBuilder().setIfMatch("").build())))
                .containsExactly("plan", "if_match");
        assertThat(broken(() -> stub().deletePlan(DeletePlanRequest.newBuilder().setIfMatch("").build())))
                .containsExactly("plan", "if_match");
        assertThat(broken(() -> stub().listPlans(ListPlansRequest.newBuilder().setAfter("").setLimit(0).build())))
                .containsExactly("after", "limit");
        assertRefused(Status.Code.FAILED_PRECONDITION, "SCALE_CONFLICT", () -> stub().putPlan(PutPlanRequest
                .newBuilder().setPlan("bad").addLimits(limit("calls", "1", "day").setScale(2)).build()));
    }

    @Test
    void subject_settled_isAnsweredAndListed() {
        Subject put = stub().putSubject(PutSubjectRequest.newBuilder().setSubject("settled").setPlan("basic")
                .addOverrides(limit("calls", "7", "year")).setAnchor("2026-03-15").build()).getSubject();
        assertThat(put.getPlan()).isEqualTo("basic");
        assertThat(put.getDefaultPlan()).isFalse();
        assertThat(put.getAnchor()).isEqualTo("2026-03-15");
        assertThat(put.getOverridesList()).extracting(Limit::getLimit).containsExactly("7");
        assertThat(state("settled", "calls", "year").getLimit()).isEqualTo("7");
        var page = stub().listSubjects(ListSubjectsRequest.newBuilder().setPlan("basic").setAfter("settle")
                .setLimit(1).build());
        assertThat(page.getSubjectsList()).singleElement().satisfies(entry -> {
            assertThat(entry.getSubject()).isEqualTo("settled");
            assertThat(entry.getPlan()).isEqualTo("basic");
            assertThat(entry.getAnchor()).isEqualTo("2026-03-15");
            assertThat(entry.getOverridesCount()).isEqualTo(1);
        });
        stub().deleteSubject(DeleteSubjectRequest.newBuilder().setSubject("settled").build());
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_SUBJECT",
                () -> stub().getSubject(GetSubjectRequest.newBuilder().setSubject("settled").build()));
        assertThat(broken(() -> stub().putSubject(PutSubjectRequest.newBuilder().setSubject("bad").setAnchor("soon")
                .build()))).containsExactly("anchor");
        assertThat(broken(() -> stub().listSubjects(ListSubjectsRequest.newBuilder().setPlan("").setAfter("")
                .setLimit(1_001).build()))).containsExactly("plan", "after", "limit");
    }
}
