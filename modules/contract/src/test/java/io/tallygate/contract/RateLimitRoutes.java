package io.tallygate.contract;

import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.tallygate.ratelimit.v1.BatchCheckRequest;
import io.tallygate.ratelimit.v1.CheckRequest;
import io.tallygate.ratelimit.v1.CheckResponse;
import io.tallygate.ratelimit.v1.InfoRequest;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc.RateLimitServiceBlockingStub;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** {@code tallygate.ratelimit.v1.RateLimitService} for checks, and what belongs to them. Rules have no call. */
final class RateLimitRoutes {

    static final List<GrpcRoute> ALL = List.of(
            new GrpcRoute("POST", "/api/v1/ratelimit/check", RateLimitRoutes::check),
            new GrpcRoute("POST", "/api/v1/ratelimit/check-batch", RateLimitRoutes::checkBatch),
            new GrpcRoute("GET", "/api/v1/ratelimit/info", RateLimitRoutes::info),
            new GrpcRoute("POST", "/api/v1/ratelimit/renew", RateLimitRoutes::renew),
            new GrpcRoute("POST", "/api/v1/ratelimit/release", RateLimitRoutes::release),
            new GrpcRoute("POST", "/api/v1/ratelimit/reset", RateLimitRoutes::reset));

    private RateLimitRoutes() {}

    private static HttpListener.Response check(GrpcExchange exchange) {
        CheckRequest request = RateLimitMessages.check(exchange.body());
        var headers = new AtomicReference<Metadata>();
        CheckResponse response = service(exchange, headers).check(request);
        boolean looks = RateLimitMessages.looks(request);
        return RateLimitMessages.checked(response, looks, headers.get());
    }

    private static HttpListener.Response checkBatch(GrpcExchange exchange) {
        BatchCheckRequest request = RateLimitMessages.batch(exchange.body());
        return RateLimitMessages.results(service(exchange).batchCheck(request));
    }

    private static HttpListener.Response info(GrpcExchange exchange) {
        InfoRequest request = RateLimitMessages.info(exchange.parameters());
        var headers = new AtomicReference<Metadata>();
        return RateLimitMessages.info(service(exchange, headers).info(request), headers.get());
    }

    private static HttpListener.Response renew(GrpcExchange exchange) {
        var request = RateLimitMessages.renew(exchange.body());
        return RateLimitMessages.renewed(request, service(exchange).renew(request));
    }

    private static HttpListener.Response release(GrpcExchange exchange) {
        return RateLimitMessages.done(service(exchange).release(RateLimitMessages.release(exchange.body())));
    }

    private static HttpListener.Response reset(GrpcExchange exchange) {
        return RateLimitMessages.done(service(exchange).reset(RateLimitMessages.reset(exchange.body())));
    }

    private static RateLimitServiceBlockingStub service(GrpcExchange exchange) {
        return exchange.service(RateLimitServiceGrpc::newBlockingStub);
    }

    /** @param headers gets what comes before the answer */
    private static RateLimitServiceBlockingStub service(GrpcExchange exchange, AtomicReference<Metadata> headers) {
        return service(exchange).withInterceptors(
                MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));
    }
}
