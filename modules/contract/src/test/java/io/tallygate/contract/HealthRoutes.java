package io.tallygate.contract;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;

/** {@code grpc.health.v1.Health} for the paths under {@code /health}. */
final class HealthRoutes {

    static final List<GrpcRoute> ALL = List.of(new GrpcRoute("GET", "/health", HealthRoutes::ready),
            new GrpcRoute("GET", "/health/readiness", HealthRoutes::ready),
            new GrpcRoute("GET", "/health/liveness", HealthRoutes::alive));

    private HealthRoutes() {}

    private static HttpListener.Response ready(GrpcExchange exchange) {
        return answer(isServing(exchange));
    }

    /** Alive is who answers, whatever the answer. */
    private static HttpListener.Response alive(GrpcExchange exchange) {
        return answer(status(exchange) != ServingStatus.UNRECOGNIZED);
    }

    private static HttpListener.Response answer(boolean up) {
        return GrpcFields.json(up ? 200 : 503, Json.object("status", up ? "UP" : "DOWN"));
    }

    static boolean isServing(GrpcExchange exchange) {
        return status(exchange) == ServingStatus.SERVING;
    }

    private static ServingStatus status(GrpcExchange exchange) {
        return exchange.service(HealthGrpc::newBlockingStub).check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }
}
