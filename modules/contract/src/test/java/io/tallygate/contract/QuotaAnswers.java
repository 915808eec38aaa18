package io.tallygate.contract;

import com.google.protobuf.Message;
import io.tallygate.quota.v1.ConsumeBatchResponse;
import io.tallygate.quota.v1.ConsumeResponse;
import io.tallygate.quota.v1.Decision;
import io.tallygate.quota.v1.GetConsumerResponse;
import io.tallygate.quota.v1.GetUsageResponse;
import io.tallygate.quota.v1.Limit;
import io.tallygate.quota.v1.LimitState;
import io.tallygate.quota.v1.ListPlansResponse;
import io.tallygate.quota.v1.ListSubjectsResponse;
import io.tallygate.quota.v1.OperationError;
import io.tallygate.quota.v1.OperationResult;
import io.tallygate.quota.v1.PeriodUsage;
import io.tallygate.quota.v1.Plan;
import io.tallygate.quota.v1.PlanSource;
import io.tallygate.quota.v1.RefundResponse;
import io.tallygate.quota.v1.Reservation;
import io.tallygate.quota.v1.ReservationState;
import io.tallygate.quota.v1.ReserveResponse;
import io.tallygate.quota.v1.ReturnedAmount;
import io.tallygate.quota.v1.SettledSubject;
import io.tallygate.quota.v1.Subject;
import io.tallygate.quota.v1.TopUpResponse;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** What the quota service answered, as the suite reads it. */
final class QuotaAnswers {

    private static final Map<ReservationState, String> STATES = Map.of(ReservationState.RESERVATION_STATE_HELD, "held",
            ReservationState.RESERVATION_STATE_COMMITTED, "committed", ReservationState.RESERVATION_STATE_RELEASED,
            "released", ReservationState.RESERVATION_STATE_EXPIRED, "expired");
    private static final Map<PlanSource, String> SOURCES = Map.of(PlanSource.PLAN_SOURCE_API, "api",
            PlanSource.PLAN_SOURCE_FILE, "file");

    private QuotaAnswers() {}

    static HttpListener.Response done(Message response) {
        Objects.requireNonNull(response);
        return new HttpListener.Response(204, Map.of(), new byte[0]);
    }

    static HttpListener.Response consumed(ConsumeResponse response) {
        return response.hasDecision()
                ? GrpcFields.json(200, decision(response.getDecision())).replayed(response.getReplayed())
                : GrpcFields.json(202, Json.object("accepted", true));
    }

    static HttpListener.Response reserved(ReserveResponse response) {
        var body = Json.object("reservation_id", response.getReservationId(), "expires_at",
                GrpcFields.time(response.getExpiresAt()));
        body.putAll(decision(response.getDecision()));
        return GrpcFields.json(201, body).replayed(response.getReplayed());
    }

    static HttpListener.Response batch(ConsumeBatchResponse response, UnaryOperator<String> fieldNames) {
        var body = Json.object();
        if (response.getAccepted() > 0) {
            body.put("accepted", response.getAccepted());
        }
        if (response.getResultsCount() == 0) {
            return GrpcFields.json(202, body);
        }
        body.put("results",
                response.getResultsList().stream().map(result -> result(result, fieldNames)).toList());
        return GrpcFields.json(response.getResultsList().stream()
                .allMatch(result -> result.getDecision().getAllowed()) ? 200 : 207, body)
                .replayed(response.getReplayed());
    }

    private static Map<String, Object> result(OperationResult result, UnaryOperator<String> fieldNames) {
        return switch (result.getOutcomeCase()) {
            case DECISION -> {
                var body = Json.object("status", result.getDecision().getAllowed() ? "granted" : "denied");
                body.putAll(decision(result.getDecision()));
                yield body;
            }
            case ERROR -> Json.object("status", result.getError().getPermanent() ? "invalid" : "failed", "error",
                    problem(result.getError(), fieldNames));
            case OUTCOME_NOT_SET -> Json.object("status", "accepted");
        };
    }

    private static Map<String, Object> problem(OperationError error, UnaryOperator<String> fieldNames) {
        var problem = GrpcProblems.problem(error.getReason(), error.getMessage());
        if (error.getFieldViolationsCount() > 0) {
            problem.put("errors", GrpcProblems.errors(error.getFieldViolationsList(), fieldNames));
        }
        return problem;
    }

    static Map<String, Object> decision(Decision decision) {
        return Json.object("allowed", decision.getAllowed(), "as_of", GrpcFields.time(decision.getAsOf()), "quotas",
                decision.getQuotasList().stream().map(share -> Json.object("quota_type", share.getQuotaType(),
                        "requested", number(share.getRequested()), "granted", number(share.getGranted()))).toList(),
                "limits", states(decision.getLimitsList()));
    }

    private static List<Map<String, Object>> states(List<LimitState> limits) {
        return limits.stream().map(QuotaAnswers::state).toList();
    }

    private static Map<String, Object> state(LimitState limit) {
        var body = Json.object("quota_type", limit.getQuotaType(), "per", limit.getPer(), "limit",
                number(limit.getLimit()), "used", number(limit.getUsed()), "held", number(limit.getHeld()),
                "remaining", number(limit.getRemaining()), "pending", number(limit.getPending()), "hard",
                limit.getHard(), "over", limit.getOver());
        if (limit.hasResetsAt()) {
            body.put("resets_at", GrpcFields.time(limit.getResetsAt()));
        }
        return body;
    }

    private static BigDecimal number(String amount) {
        return new BigDecimal(amount);
    }

    static Map<String, Object> reservation(Reservation reservation) {
        var body = Json.object("reservation_id", reservation.getReservationId(), "subject", reservation.getSubject(),
                "state", Objects.requireNonNull(STATES.get(reservation.getState())), "expires_at",
                GrpcFields.time(reservation.getExpiresAt()), "quotas",
                reservation.getQuotasList().stream().map(quota -> Json.object("quota_type", quota.getQuotaType(),
                        "reserved", number(quota.getReserved()), "committed", number(quota.getCommitted()))).toList());
        if (reservation.hasEndedAt()) {
            body.put("ended_at", GrpcFields.time(reservation.getEndedAt()));
        }
        return body;
    }

    static HttpListener.Response refunded(RefundResponse response) {
        return returned(response.getSubject(), response.getLimitsList()).replayed(response.getReplayed());
    }

    static HttpListener.Response toppedUp(TopUpResponse response) {
        return returned(response.getSubject(), List.of(response.getLimit())).replayed(response.getReplayed());
    }

    private static HttpListener.Response returned(String subject, List<ReturnedAmount> limits) {
        return GrpcFields.json(200, Json.object("subject", subject, "limits", limits.stream().map(returned -> {
            var body = Json.object("returned", number(returned.getReturned()));
            body.putAll(state(returned.getLimit()));
            return body;
        }).toList()));
    }

    static HttpListener.Response subject(Subject subject) {
        var body = Json.object("subject", subject.getSubject(), "plan", subject.getPlan(), "default_plan",
                subject.getDefaultPlan(), "overrides", definitions(subject.getOverridesList()), "limits",
                states(subject.getLimitsList()));
        if (subject.hasAnchor()) {
            body.put("anchor", subject.getAnchor());
        }
        if (subject.hasEffectiveAt()) {
            body.put("effective_at", GrpcFields.time(subject.getEffectiveAt()));
        }
        return GrpcFields.json(200, body);
    }

    static HttpListener.Response subjects(ListSubjectsResponse response) {
        var body = Json.object("subjects", response.getSubjectsList().stream().map(QuotaAnswers::settled).toList());
        if (response.hasAfter()) {
            body.put("after", response.getAfter());
        }
        return GrpcFields.json(200, body);
    }

    private static Map<String, Object> settled(SettledSubject subject) {
        var body = Json.object("subject", subject.getSubject(), "overrides",
                definitions(subject.getOverridesList()));
        if (subject.hasPlan()) {
            body.put("plan", subject.getPlan());
        }
        if (subject.hasAnchor()) {
            body.put("anchor", subject.getAnchor());
        }
        return body;
    }

    private static List<Map<String, Object>> definitions(List<Limit> limits) {
        return limits.stream().map(limit -> {
            var body = Json.object("quota_type", limit.getQuotaType(), "limit", number(limit.getLimit()), "per",
                    limit.getPer(), "hard", limit.getHard(), "scale", limit.getScale());
            if (limit.hasAnchor()) {
                body.put("anchor", limit.getAnchor());
            }
            if (limit.hasGrace()) {
                body.put("grace", number(limit.getGrace()));
            }
            return body;
        }).toList();
    }

    static HttpListener.Response usage(GetUsageResponse response) {
        return GrpcFields.json(200, Json.object("subject", response.getSubject(), "periods",
                response.getPeriodsList().stream().map(QuotaAnswers::period).toList()));
    }

    private static Map<String, Object> period(PeriodUsage period) {
        var body = Json.object("quota_type", period.getQuotaType(), "per", period.getPer(), "start",
                GrpcFields.time(period.getStart()), "used", number(period.getUsed()), "held",
                number(period.getHeld()));
        if (period.hasEnd()) {
            body.put("end", GrpcFields.time(period.getEnd()));
        }
        return body;
    }

    static HttpListener.Response plans(ListPlansResponse response) {
        var body = Json.object("plans", response.getPlansList().stream().map(QuotaAnswers::definition).toList());
        if (response.hasDefaultPlan()) {
            body.put("default_plan", response.getDefaultPlan());
        }
        if (response.hasAfter()) {
            body.put("after", response.getAfter());
        }
        return GrpcFields.json(200, body);
    }

    static HttpListener.Response plan(Plan plan) {
        return new HttpListener.Response(200, Map.of("content-type", "application/json", "etag", etag(plan)),
                Json.text(definition(plan)).getBytes(StandardCharsets.UTF_8));
    }

    private static String etag(Plan plan) {
        return '"' + plan.getEtag() + '"';
    }

    private static Map<String, Object> definition(Plan plan) {
        var body = Json.object("plan", plan.getPlan(), "time_zone", plan.getTimeZone(), "limits",
                definitions(plan.getLimitsList()), "source", Objects.requireNonNull(SOURCES.get(plan.getSource())),
                "etag", etag(plan));
        if (plan.hasEffectiveAt()) {
            body.put("effective_at", GrpcFields.time(plan.getEffectiveAt()));
        }
        return body;
    }

    static HttpListener.Response consumer(GetConsumerResponse response) {
        return GrpcFields.json(200,
                Json.object("healthy", response.getHealthy(), "total", response.getTotal(), "processed",
                        response.getProcessed(), "failed", response.getFailed(), "lost", response.getLost(),
                        "batches", response.getBatches(), "queued", response.getQueued(), "fallbacks",
                        response.getFallbacks()));
    }
}
