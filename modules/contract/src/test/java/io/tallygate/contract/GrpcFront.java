package io.tallygate.contract;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.tallygate.contract.GrpcRoute.Inexpressible;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The suite's requests as calls, by the domains' {@link GrpcRoute}s, and their answers as the suite reads them. It decides
 * nothing: what a message can say goes to the server, right or wrong, and what no message can say skips the test that says
 * it. Thread-safe.
 */
final class GrpcFront implements AutoCloseable {

    private static final HttpListener.Request HEALTH = new HttpListener.Request("GET", "/health", Map.of(),
            new byte[0]);

    private final ManagedChannel channel;

    GrpcFront(String host, int port) {
        this.channel = ManagedChannelBuilder.forAddress(host, port).usePlaintext().build();
    }

    /** Whether the server takes calls now, tried at once. */
    boolean isServing() {
        channel.resetConnectBackoff();
        try {
            return HealthRoutes.isServing(new GrpcExchange(HEALTH, List.of(), "", channel));
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /**
     * @throws ConnectException when nobody listens any more
     * @throws IOException      when the connection was lost before the answer
     */
    HttpListener.Response answer(HttpListener.Request request) throws IOException {
        String[] target = request.target().split("\\?", 2);
        for (GrpcRoute route : GrpcRoutes.ALL) {
            Optional<List<String>> names = route.namesIn(request.method(), target[0]);
            if (names.isPresent()) {
                String query = target.length > 1 ? target[1] : "";
                return answer(route, new GrpcExchange(request, names.get(), query, channel));
            }
        }
        return inexpressible("there is no call for " + request.method() + " " + request.target());
    }

    private static HttpListener.Response answer(GrpcRoute route, GrpcExchange exchange) throws IOException {
        try {
            return exchange.withLimits(route.call().answer(exchange), null);
        } catch (Inexpressible e) {
            return inexpressible(e.reason());
        } catch (StatusRuntimeException e) {
            if (GrpcProblems.isFromTheServer(e)) {
                return exchange.withLimits(GrpcProblems.response(e, route.fieldNames()), e.getTrailers());
            }
            if (e.getStatus().getCause() instanceof ConnectException refused) {
                throw refused;
            }
            throw new IOException(e);
        }
    }

    private static HttpListener.Response inexpressible(String reason) {
        return new HttpListener.Response(501, Map.of(Api.INEXPRESSIBLE, reason), new byte[0]);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
