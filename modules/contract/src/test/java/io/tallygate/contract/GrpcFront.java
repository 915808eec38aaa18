package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.CounterServiceGrpc.CounterServiceBlockingStub;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The suite's requests as calls of {@code tallygate.counter.v1.CounterService}, and their answers as the suite reads
 * them. It decides nothing: what a message can say goes to the server, right or wrong, and what no message can say is
 * answered {@link Inexpressible}. Thread-safe.
 */
final class GrpcFront implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 30;
    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization",
            Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;

    GrpcFront(String host, int port) {
        this.channel = ManagedChannelBuilder.forAddress(host, port).usePlaintext().build();
    }

    /** Whether the server takes calls now, tried at once. */
    boolean isServing() {
        channel.resetConnectBackoff();
        try {
            return health(Map.of()) == ServingStatus.SERVING;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /**
     * @throws ConnectException when nobody listens any more
     * @throws IOException      when the connection was lost before the answer
     */
    HttpListener.Response answer(HttpListener.Request request) throws IOException {
        try {
            return answer(request, GrpcTarget.of(request.target()));
        } catch (Inexpressible e) {
            return e.response();
        } catch (StatusRuntimeException e) {
            if (GrpcProblems.isFromTheServer(e)) {
                return GrpcProblems.response(e);
            }
            if (e.getStatus().getCause() instanceof ConnectException refused) {
                throw refused;
            }
            throw new IOException(e);
        }
    }

    private HttpListener.Response answer(HttpListener.Request request, GrpcTarget target) {
        CounterServiceBlockingStub counters = with(request.headers(), CounterServiceGrpc.newBlockingStub(channel));
        String route = request.method() + " " + target.route();
        return switch (route) {
            case "POST counter/increment" -> {
                JsonNode body = GrpcRequests.json(request.body());
                var increment = GrpcRequests.increment(body, request.headers());
                yield GrpcAnswers.incremented(increment, counters.increment(increment));
            }
            case "POST counter/batch-increment" -> GrpcAnswers.batch(counters.batchIncrement(
                    GrpcRequests.batchIncrement(GrpcRequests.json(request.body()), request.headers())));
            case "POST counter/batch" -> GrpcAnswers.readings(
                    counters.batchGet(GrpcRequests.batchGet(GrpcRequests.json(request.body()))));
            case "GET counter/*/*" -> GrpcAnswers.reading(counters.get(GrpcRequests.get(target)));
            case "DELETE counter/*/*" -> GrpcAnswers.reset(counters.reset(GrpcRequests.reset(target)));
            case "GET leaderboard/*" -> GrpcAnswers.leaderboard(counters.top(GrpcRequests.top(target)));
            case "GET health", "GET health/readiness" -> GrpcAnswers
                    .health(health(request.headers()) == ServingStatus.SERVING);
            // Alive is who answers, whatever the answer.
            case "GET health/liveness" -> GrpcAnswers.health(health(request.headers()) != ServingStatus.UNRECOGNIZED);
            default -> throw new Inexpressible("there is no call for " + request.method() + " " + request.target());
        };
    }

    private ServingStatus health(Map<String, String> headers) {
        return with(headers, HealthGrpc.newBlockingStub(channel)).check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }

    private static <S extends AbstractStub<S>> S with(Map<String, String> headers, S stub) {
        S bounded = stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
        String authorization = headers.get("authorization");
        if (authorization == null) {
            return bounded;
        }
        var metadata = new Metadata();
        metadata.put(AUTHORIZATION, authorization);
        return bounded.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** A request that cannot be made at all over gRPC: the test that makes it is skipped, with the reason. */
    static final class Inexpressible extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Inexpressible(String reason) {
            super(reason, null, false, false);
        }

        HttpListener.Response response() {
            return new HttpListener.Response(501, Map.of(Api.INEXPRESSIBLE, String.valueOf(getMessage())), new byte[0]);
        }
    }
}
