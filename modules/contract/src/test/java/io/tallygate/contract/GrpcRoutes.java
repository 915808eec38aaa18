package io.tallygate.contract;

import java.util.List;
import java.util.stream.Stream;

/** Every request that has a call: what each domain says of its own. */
final class GrpcRoutes {

    static final List<GrpcRoute> ALL = Stream
            .of(HealthRoutes.ALL, CounterRoutes.ALL, QuotaRoutes.ALL, RateLimitRoutes.ALL, PaymentRoutes.ALL,
                    EventRoutes.ALL)
            .flatMap(List::stream).toList();

    private GrpcRoutes() {}
}
