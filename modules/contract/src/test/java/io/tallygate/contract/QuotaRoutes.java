package io.tallygate.contract;

import io.grpc.StatusRuntimeException;
import io.tallygate.quota.v1.Decision;
import io.tallygate.quota.v1.DeletePlanRequest;
import io.tallygate.quota.v1.DeleteSubjectRequest;
import io.tallygate.quota.v1.GetConsumerRequest;
import io.tallygate.quota.v1.GetPlanRequest;
import io.tallygate.quota.v1.GetReservationRequest;
import io.tallygate.quota.v1.GetSubjectRequest;
import io.tallygate.quota.v1.QuotaServiceGrpc;
import io.tallygate.quota.v1.QuotaServiceGrpc.QuotaServiceBlockingStub;
import io.tallygate.quota.v1.ReleaseRequest;
import io.tallygate.quota.v1.Reservation;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** {@code tallygate.quota.v1.QuotaService} for quotas. */
final class QuotaRoutes {

    private static final String RESERVATION = QuotaApi.PATH + "/reservations/*";
    private static final String SUBJECTS = QuotaApi.PATH + "/subjects";
    private static final String SUBJECT = SUBJECTS + "/*";
    private static final String PLANS = QuotaApi.PATH + "/plans";
    private static final String PLAN = PLANS + "/*";

    static final List<GrpcRoute> ALL = List.of(new GrpcRoute("POST", QuotaApi.CHECK, QuotaRoutes::check),
            new GrpcRoute("POST", QuotaApi.CONSUME, QuotaRoutes::consume),
            new GrpcRoute("POST", QuotaApi.CONSUME_BATCH, QuotaRoutes::consumeBatch),
            new GrpcRoute("POST", QuotaApi.RESERVE, QuotaRoutes::reserve),
            new GrpcRoute("POST", RESERVATION + "/commit", QuotaRoutes::commit),
            new GrpcRoute("POST", RESERVATION + "/release", QuotaRoutes::release),
            new GrpcRoute("GET", RESERVATION, QuotaRoutes::reservation),
            new GrpcRoute("POST", QuotaApi.REFUND, QuotaRoutes::refund),
            new GrpcRoute("GET", QuotaApi.PATH + "/consumer", QuotaRoutes::consumer),
            new GrpcRoute("GET", SUBJECTS, QuotaRoutes::subjects), new GrpcRoute("GET", SUBJECT, QuotaRoutes::subject),
            new GrpcRoute("PUT", SUBJECT, QuotaRoutes::putSubject),
            new GrpcRoute("DELETE", SUBJECT, QuotaRoutes::deleteSubject),
            new GrpcRoute("POST", SUBJECT + "/top-up", QuotaRoutes::topUp),
            new GrpcRoute("POST", SUBJECT + "/reset", QuotaRoutes::reset),
            new GrpcRoute("GET", SUBJECT + "/usage", QuotaRoutes::usage),
            new GrpcRoute("GET", PLANS, QuotaRoutes::plans), new GrpcRoute("GET", PLAN, QuotaRoutes::plan),
            new GrpcRoute("PUT", PLAN, QuotaRoutes::putPlan), new GrpcRoute("DELETE", PLAN, QuotaRoutes::deletePlan));

    private QuotaRoutes() {}

    private static QuotaServiceBlockingStub service(GrpcExchange exchange) {
        return exchange.service(QuotaServiceGrpc::newBlockingStub);
    }

    /** A call whose error has more in its details than every error has, or names fields by their place in a list. */
    @FunctionalInterface
    private interface Call {
        HttpListener.Response make();
    }

    private static HttpListener.Response answered(UnaryOperator<String> fieldNames, Call call) {
        try {
            return call.make();
        } catch (StatusRuntimeException e) {
            if (!GrpcProblems.isFromTheServer(e)) {
                throw e;
            }
            Map<String, Object> members = GrpcProblems.detail(e, Decision.class).map(QuotaAnswers::decision)
                    .or(() -> GrpcProblems.detail(e, Reservation.class).map(QuotaAnswers::reservation))
                    .orElse(Map.of());
            return GrpcProblems.response(e, fieldNames, members);
        }
    }

    private static HttpListener.Response check(GrpcExchange exchange) {
        var request = QuotaMessages.check(exchange);
        return answered(QuotaMessages.fieldNames(exchange),
                () -> GrpcFields.json(200, QuotaAnswers.decision(service(exchange).check(request).getDecision())));
    }

    private static HttpListener.Response consume(GrpcExchange exchange) {
        var request = QuotaMessages.consume(exchange);
        return answered(QuotaMessages.fieldNames(exchange),
                () -> QuotaAnswers.consumed(service(exchange).consume(request)));
    }

    private static HttpListener.Response consumeBatch(GrpcExchange exchange) {
        var request = QuotaMessages.consumeBatch(exchange);
        UnaryOperator<String> fieldNames = QuotaMessages.fieldNames(exchange);
        return answered(fieldNames, () -> QuotaAnswers.batch(service(exchange).consumeBatch(request), fieldNames));
    }

    private static HttpListener.Response reserve(GrpcExchange exchange) {
        var request = QuotaMessages.reserve(exchange);
        return answered(QuotaMessages.fieldNames(exchange),
                () -> QuotaAnswers.reserved(service(exchange).reserve(request)));
    }

    private static HttpListener.Response commit(GrpcExchange exchange) {
        var request = QuotaMessages.commit(exchange);
        return answered(UnaryOperator.identity(), () -> GrpcFields.json(200,
                QuotaAnswers.reservation(service(exchange).commit(request).getReservation())));
    }

    private static HttpListener.Response release(GrpcExchange exchange) {
        var request = ReleaseRequest.newBuilder().setReservationId(exchange.name(0)).build();
        return answered(UnaryOperator.identity(), () -> GrpcFields.json(200,
                QuotaAnswers.reservation(service(exchange).release(request).getReservation())));
    }

    private static HttpListener.Response reservation(GrpcExchange exchange) {
        var request = GetReservationRequest.newBuilder().setReservationId(exchange.name(0)).build();
        return GrpcFields.json(200,
                QuotaAnswers.reservation(service(exchange).getReservation(request).getReservation()));
    }

    private static HttpListener.Response refund(GrpcExchange exchange) {
        return QuotaAnswers.refunded(service(exchange).refund(QuotaMessages.refund(exchange)));
    }

    private static HttpListener.Response topUp(GrpcExchange exchange) {
        return QuotaAnswers.toppedUp(service(exchange).topUp(QuotaMessages.topUp(exchange)));
    }

    private static HttpListener.Response consumer(GrpcExchange exchange) {
        return QuotaAnswers.consumer(service(exchange).getConsumer(GetConsumerRequest.getDefaultInstance()));
    }

    private static HttpListener.Response subject(GrpcExchange exchange) {
        var request = GetSubjectRequest.newBuilder().setSubject(exchange.name(0)).build();
        return QuotaAnswers.subject(service(exchange).getSubject(request).getSubject());
    }

    private static HttpListener.Response putSubject(GrpcExchange exchange) {
        return QuotaAnswers.subject(service(exchange).putSubject(QuotaMessages.putSubject(exchange)).getSubject());
    }

    private static HttpListener.Response deleteSubject(GrpcExchange exchange) {
        return QuotaAnswers.done(service(exchange)
                .deleteSubject(DeleteSubjectRequest.newBuilder().setSubject(exchange.name(0)).build()));
    }

    private static HttpListener.Response subjects(GrpcExchange exchange) {
        return QuotaAnswers.subjects(service(exchange).listSubjects(QuotaMessages.listSubjects(exchange)));
    }

    private static HttpListener.Response usage(GrpcExchange exchange) {
        return QuotaAnswers.usage(service(exchange).getUsage(QuotaMessages.usage(exchange)));
    }

    private static HttpListener.Response reset(GrpcExchange exchange) {
        var response = service(exchange).reset(QuotaMessages.reset(exchange));
        return QuotaAnswers.done(response).replayed(response.getReplayed());
    }

    private static HttpListener.Response plans(GrpcExchange exchange) {
        return QuotaAnswers.plans(service(exchange).listPlans(QuotaMessages.listPlans(exchange)));
    }

    private static HttpListener.Response plan(GrpcExchange exchange) {
        var request = GetPlanRequest.newBuilder().setPlan(exchange.name(0)).build();
        return QuotaAnswers.plan(service(exchange).getPlan(request).getPlan());
    }

    private static HttpListener.Response putPlan(GrpcExchange exchange) {
        return QuotaAnswers.plan(service(exchange).putPlan(QuotaMessages.putPlan(exchange)).getPlan());
    }

    private static HttpListener.Response deletePlan(GrpcExchange exchange) {
        var request = DeletePlanRequest.newBuilder().setPlan(exchange.name(0));
        QuotaMessages.ifMatch(exchange).ifPresent(request::setIfMatch);
        return QuotaAnswers.done(service(exchange).deletePlan(request.build()));
    }
}
