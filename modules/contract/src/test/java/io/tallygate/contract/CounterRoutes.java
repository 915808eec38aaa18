package io.tallygate.contract;

import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.CounterServiceGrpc.CounterServiceBlockingStub;
import java.util.List;

/** {@code tallygate.counter.v1.CounterService} for counters and leaderboards. */
final class CounterRoutes {

    private static final String COUNTER = "/api/v1/counter/*/*";

    static final List<GrpcRoute> ALL = List.of(new GrpcRoute("POST", CounterApi.INCREMENT, CounterRoutes::increment),
            new GrpcRoute("POST", CounterApi.BATCH_INCREMENT, CounterRoutes::batchIncrement),
            new GrpcRoute("POST", CounterApi.BATCH_GET, CounterRoutes::httpName, CounterRoutes::batchGet),
            new GrpcRoute("GET", COUNTER, CounterRoutes::get), new GrpcRoute("DELETE", COUNTER, CounterRoutes::reset),
            new GrpcRoute("GET", "/api/v1/leaderboard/*", CounterRoutes::top));

    private CounterRoutes() {}

    private static HttpListener.Response increment(GrpcExchange exchange) {
        var increment = CounterMessages.increment(exchange.body(), exchange.key());
        return CounterAnswers.incremented(increment, service(exchange).increment(increment));
    }

    private static HttpListener.Response batchIncrement(GrpcExchange exchange) {
        var batch = CounterMessages.batchIncrement(exchange.body(), exchange.key());
        return CounterAnswers.batch(service(exchange).batchIncrement(batch));
    }

    private static HttpListener.Response batchGet(GrpcExchange exchange) {
        return CounterAnswers.readings(service(exchange).batchGet(CounterMessages.batchGet(exchange.body())));
    }

    /** The list of counters to read has another name in HTTP. */
    private static String httpName(String field) {
        return field.replaceFirst("^counters", "queries");
    }

    private static HttpListener.Response get(GrpcExchange exchange) {
        return CounterAnswers.reading(service(exchange).get(CounterMessages.get(exchange)));
    }

    private static HttpListener.Response reset(GrpcExchange exchange) {
        return CounterAnswers.reset(service(exchange).reset(CounterMessages.reset(exchange)));
    }

    private static HttpListener.Response top(GrpcExchange exchange) {
        return CounterAnswers.leaderboard(service(exchange).top(CounterMessages.top(exchange)));
    }

    private static CounterServiceBlockingStub service(GrpcExchange exchange) {
        return exchange.service(CounterServiceGrpc::newBlockingStub);
    }
}
