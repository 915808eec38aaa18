package io.tallygate.grpc.quota;

import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.Answered;
import io.tallygate.kernel.Asked;
import io.tallygate.ledger.ServedHere;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Commitment;
import io.tallygate.quota.ConsumerStatistics;
import io.tallygate.quota.ConsumptionItem;
import io.tallygate.quota.Per;
import io.tallygate.quota.PeriodUsage;
import io.tallygate.quota.PlanPage;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.Reserved;
import io.tallygate.quota.Returned;
import io.tallygate.quota.SubjectPage;
import io.tallygate.quota.UsageQuery;
import io.tallygate.quota.Wanted;
import io.tallygate.quota.v1.CheckRequest;
import io.tallygate.quota.v1.CheckResponse;
import io.tallygate.quota.v1.CommitRequest;
import io.tallygate.quota.v1.CommitResponse;
import io.tallygate.quota.v1.ConsumeBatchRequest;
import io.tallygate.quota.v1.ConsumeBatchResponse;
import io.tallygate.quota.v1.ConsumeRequest;
import io.tallygate.quota.v1.ConsumeResponse;
import io.tallygate.quota.v1.DeletePlanRequest;
import io.tallygate.quota.v1.DeletePlanResponse;
import io.tallygate.quota.v1.DeleteSubjectRequest;
import io.tallygate.quota.v1.DeleteSubjectResponse;
import io.tallygate.quota.v1.GetConsumerRequest;
import io.tallygate.quota.v1.GetConsumerResponse;
import io.tallygate.quota.v1.GetPlanRequest;
import io.tallygate.quota.v1.GetPlanResponse;
import io.tallygate.quota.v1.GetReservationRequest;
import io.tallygate.quota.v1.GetReservationResponse;
import io.tallygate.quota.v1.GetSubjectRequest;
import io.tallygate.quota.v1.GetSubjectResponse;
import io.tallygate.quota.v1.GetUsageRequest;
import io.tallygate.quota.v1.GetUsageResponse;
import io.tallygate.quota.v1.ListPlansRequest;
import io.tallygate.quota.v1.ListPlansResponse;
import io.tallygate.quota.v1.ListSubjectsRequest;
import io.tallygate.quota.v1.ListSubjectsResponse;
import io.tallygate.quota.v1.PutPlanRequest;
import io.tallygate.quota.v1.PutPlanResponse;
import io.tallygate.quota.v1.PutSubjectRequest;
import io.tallygate.quota.v1.PutSubjectResponse;
import io.tallygate.quota.v1.QuotaServiceGrpc;
import io.tallygate.quota.v1.RefundRequest;
import io.tallygate.quota.v1.RefundResponse;
import io.tallygate.quota.v1.ReleaseRequest;
import io.tallygate.quota.v1.ReleaseResponse;
import io.tallygate.quota.v1.ReserveRequest;
import io.tallygate.quota.v1.ReserveResponse;
import io.tallygate.quota.v1.ResetRequest;
import io.tallygate.quota.v1.ResetResponse;
import io.tallygate.quota.v1.TopUpRequest;
import io.tallygate.quota.v1.TopUpResponse;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Quotas over gRPC, of a process that has them itself. */
@Singleton
@Requires(beans = Quotas.class)
@ServedHere("quota")
final class QuotaEndpoint extends QuotaServiceGrpc.QuotaServiceImplBase {

    private static final int PAGE_DEFAULT = 100;
    private static final int PAGE_MAX = 1_000;

    private final Quotas quotas;
    private final Denials denials;

    QuotaEndpoint(Quotas quotas, Denials denials) {
        this.quotas = quotas;
        this.denials = denials;
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> {
            ConsumptionItem.Valid operation = Operations.check(request);
            return quotas.check(operation.subject(), operation.wanted());
        }, decision -> CheckResponse.newBuilder().setDecision(Decisions.message(decision)).build());
    }

    @Override
    public void consume(ConsumeRequest request, StreamObserver<ConsumeResponse> observer) {
        Calls.answer(observer, Asked.ADD, () -> consume(request), response -> response);
    }

    private CompletionStage<ConsumeResponse> consume(ConsumeRequest request) {
        ConsumptionItem.Valid operation = Operations.consumption(request);
        var key = Operations.key(operation.requestId());
        if (request.getAsync()) {
            return quotas.accept(operation.subject(), operation.wanted(), key)
                    .thenApply(_ -> ConsumeResponse.getDefaultInstance());
        }
        return quotas.consume(operation.subject(), operation.wanted(), operation.mode(), key)
                .thenApply(answered -> ConsumeResponse.newBuilder().setDecision(Decisions.message(
                        denials.requireAllowed(operation.subject(), answered.value(), answered.replayed())))
                        .setReplayed(answered.replayed()).build());
    }

    @Override
    public void consumeBatch(ConsumeBatchRequest request, StreamObserver<ConsumeBatchResponse> observer) {
        String requestId = Calls.requestId();
        if (request.getAsync()) {
            Calls.answer(observer, Asked.ADD, () -> Operations.batch(request).accept(quotas::accept),
                    outcome -> ConsumptionBatchMessages.accepted(outcome, requestId));
        } else {
            Calls.answer(observer, Asked.ADD, () -> Operations.batch(request).consume(quotas),
                    outcome -> ConsumptionBatchMessages.consumed(outcome, requestId));
        }
    }

    @Override
    public void reserve(ReserveRequest request, StreamObserver<ReserveResponse> observer) {
        Calls.answer(observer, Asked.ADD, () -> {
            Operations.Reservation wish = Operations.reservation(request);
            ConsumptionItem.Valid operation = wish.operation();
            return quotas.reserve(operation.subject(), operation.wanted(), operation.mode(), wish.ttl(),
                    Operations.key(operation.requestId()));
        }, answered -> reserved(request.getOperation().getSubject(), answered));
    }

    private ReserveResponse reserved(String subject, Answered<Reserved> answered) {
        Reserved reserved = answered.value();
        return ReserveResponse.newBuilder()
                .setDecision(Decisions.message(
                        denials.requireAllowed(subject, reserved.decision(), answered.replayed())))
                .setReservationId(Objects.requireNonNull(reserved.reservationId()))
                .setExpiresAt(Values.timestamp(Objects.requireNonNull(reserved.expiresAt())))
                .setReplayed(answered.replayed()).build();
    }

    @Override
    public void commit(CommitRequest request, StreamObserver<CommitResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> {
            Commitment commitment = Operations.commitment(request);
            return quotas.commit(request.getReservationId(), commitment);
        }, ended -> CommitResponse.newBuilder().setReservation(Reservations.ended(ended)).build());
    }

    @Override
    public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> observer) {
        Calls.answer(observer, Asked.SETTLE,
                () -> quotas.release(id("reservation_id", request.getReservationId())),
                ended -> ReleaseResponse.newBuilder().setReservation(Reservations.ended(ended)).build());
    }

    @Override
    public void getReservation(GetReservationRequest request, StreamObserver<GetReservationResponse> observer) {
        Calls.answer(observer, Asked.READ,
                () -> quotas.reservation(id("reservation_id", request.getReservationId())),
                reservation -> GetReservationResponse.newBuilder().setReservation(Reservations.message(reservation))
                        .build());
    }

    private static String id(String field, String id) {
        var checks = new Checks();
        checks.id(field, id);
        checks.throwIfAny();
        return id;
    }

    @Override
    public void refund(RefundRequest request, StreamObserver<RefundResponse> observer) {
        Calls.answer(observer, Asked.ADD, () -> refund(request), answered -> {
            var response = RefundResponse.newBuilder().setSubject(request.getSubject())
                    .setReplayed(answered.replayed());
            answered.value().forEach(limit -> response.addLimits(Decisions.message(limit)));
            return response.build();
        });
    }

    private CompletionStage<Answered<List<Returned>>> refund(RefundRequest request) {
        var checks = new Checks();
        checks.id("subject", request.getSubject());
        Wanted wanted = Operations.returned(request.getQuotaType(), request.getValue(), checks);
        Instant time = request.hasTime() ? checks.read(() -> Values.instant("time", request.getTime())) : null;
        checks.id("request_id", request.getRequestId());
        checks.throwIfAny();
        return quotas.refund(request.getSubject(), Objects.requireNonNull(wanted), time,
                Operations.key(request.getRequestId()));
    }

    @Override
    public void topUp(TopUpRequest request, StreamObserver<TopUpResponse> observer) {
        Calls.answer(observer, Asked.ADD, () -> {
            var checks = new Checks();
            checks.id("subject", request.getSubject());
            Wanted wanted = Operations.returned(request.getQuotaType(), request.getValue(), checks);
            checks.id("request_id", request.getRequestId());
            checks.throwIfAny();
            return quotas.topUp(request.getSubject(), Objects.requireNonNull(wanted),
                    Operations.key(request.getRequestId()));
        }, answered -> TopUpResponse.newBuilder().setSubject(request.getSubject())
                .setLimit(Decisions.message(answered.value())).setReplayed(answered.replayed()).build());
    }

    @Override
    public void getSubject(GetSubjectRequest request, StreamObserver<GetSubjectResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> quotas.subject(id("subject", request.getSubject())),
                state -> GetSubjectResponse.newBuilder().setSubject(Definitions.message(state)).build());
    }

    @Override
    public void putSubject(PutSubjectRequest request, StreamObserver<PutSubjectResponse> observer) {
        Calls.answer(observer, Asked.SETTLE,
                () -> Definitions.ofDocument(quotas.putSubject(id("subject", request.getSubject()),
                        Definitions.subject(request))),
                state -> PutSubjectResponse.newBuilder().setSubject(Definitions.message(state)).build());
    }

    @Override
    public void deleteSubject(DeleteSubjectRequest request, StreamObserver<DeleteSubjectResponse> observer) {
        Calls.answer(observer, Asked.DELETE, () -> quotas.deleteSubject(id("subject", request.getSubject())),
                _ -> DeleteSubjectResponse.getDefaultInstance());
    }

    @Override
    public void listSubjects(ListSubjectsRequest request, StreamObserver<ListSubjectsResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> listSubjects(request), Definitions::message);
    }

    private CompletionStage<SubjectPage> listSubjects(ListSubjectsRequest request) {
        var checks = new Checks();
        String plan = checks.id("plan", request.hasPlan(), request.getPlan());
        checks.id("after", request.hasAfter(), request.getAfter());
        int limit = checks.limit(request.hasLimit(), request.getLimit(), PAGE_DEFAULT, PAGE_MAX);
        checks.throwIfAny();
        return quotas.subjects(plan, request.getAfter(), limit);
    }

    @Override
    public void getUsage(GetUsageRequest request, StreamObserver<GetUsageResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> getUsage(request), periods -> {
            var response = GetUsageResponse.newBuilder().setSubject(request.getSubject());
            periods.forEach(period -> response.addPeriods(message(period)));
            return response.build();
        });
    }

    private CompletionStage<List<PeriodUsage>> getUsage(GetUsageRequest request) {
        var checks = new Checks();
        checks.id("subject", request.getSubject());
        String quotaType = checks.id("quota_type", request.hasQuotaType(), request.getQuotaType());
        Per per = request.hasPer() ? checks.read(() -> Per.parse("per", request.getPer())) : null;
        Instant from = request.hasFrom() ? checks.read(() -> Values.instant("from", request.getFrom())) : null;
        Instant to = request.hasTo() ? checks.read(() -> Values.instant("to", request.getTo())) : null;
        checks.throwIfAny();
        return quotas.usage(request.getSubject(), new UsageQuery(quotaType, per, from, to));
    }

    private static io.tallygate.quota.v1.PeriodUsage message(PeriodUsage period) {
        var message = io.tallygate.quota.v1.PeriodUsage.newBuilder().setQuotaType(period.quotaType())
                .setPer(period.per().toString()).setStart(Values.timestamp(period.start()))
                .setUsed(Amount.text(period.used(), period.scale()))
                .setHeld(Amount.text(period.held(), period.scale()));
        period.end().ifPresent(end -> message.setEnd(Values.timestamp(end)));
        return message.build();
    }

    @Override
    public void reset(ResetRequest request, StreamObserver<ResetResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> {
            var checks = new Checks();
            checks.id("subject", request.getSubject());
            String quotaType = checks.id("quota_type", request.hasQuotaType(), request.getQuotaType());
            String requestId = checks.id("request_id", request.hasRequestId(), request.getRequestId());
            checks.throwIfAny();
            return quotas.reset(request.getSubject(), quotaType, Operations.key(requestId));
        }, replayed -> ResetResponse.newBuilder().setReplayed(replayed).build());
    }

    @Override
    public void listPlans(ListPlansRequest request, StreamObserver<ListPlansResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> listPlans(request), Definitions::message);
    }

    private CompletionStage<PlanPage> listPlans(ListPlansRequest request) {
        var checks = new Checks();
        checks.id("after", request.hasAfter(), request.getAfter());
        int limit = checks.limit(request.hasLimit(), request.getLimit(), PAGE_DEFAULT, PAGE_MAX);
        checks.throwIfAny();
        return quotas.plans(request.getAfter(), limit);
    }

    @Override
    public void getPlan(GetPlanRequest request, StreamObserver<GetPlanResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> quotas.plan(id("plan", request.getPlan())),
                plan -> GetPlanResponse.newBuilder().setPlan(Definitions.message(plan)).build());
    }

    @Override
    public void putPlan(PutPlanRequest request, StreamObserver<PutPlanResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> {
            var checks = new Checks();
            checks.id("plan", request.getPlan());
            String ifMatch = checks.id("if_match", request.hasIfMatch(), request.getIfMatch());
            checks.throwIfAny();
            return Definitions.ofDocument(quotas.putPlan(request.getPlan(), Definitions.plan(request), ifMatch));
        }, plan -> PutPlanResponse.newBuilder().setPlan(Definitions.message(plan)).build());
    }

    @Override
    public void deletePlan(DeletePlanRequest request, StreamObserver<DeletePlanResponse> observer) {
        Calls.answer(observer, Asked.DELETE, () -> {
            var checks = new Checks();
            checks.id("plan", request.getPlan());
            String ifMatch = checks.id("if_match", request.hasIfMatch(), request.getIfMatch());
            checks.throwIfAny();
            return quotas.deletePlan(request.getPlan(), ifMatch);
        }, _ -> DeletePlanResponse.getDefaultInstance());
    }

    @Override
    public void getConsumer(GetConsumerRequest request, StreamObserver<GetConsumerResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> CompletableFuture.completedStage(quotas.consumer()),
                QuotaEndpoint::message);
    }

    private static GetConsumerResponse message(ConsumerStatistics statistics) {
        return GetConsumerResponse.newBuilder().setHealthy(statistics.healthy()).setTotal(statistics.total())
                .setProcessed(statistics.processed()).setFailed(statistics.failed()).setLost(statistics.lost())
                .setBatches(statistics.batches()).setQueued(statistics.queued())
                .setFallbacks(statistics.fallbacks()).build();
    }
}
