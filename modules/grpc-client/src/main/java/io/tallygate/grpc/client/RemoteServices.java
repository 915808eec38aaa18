package io.tallygate.grpc.client;

import io.micronaut.context.annotation.Factory;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.PeerServiceGrpc;
import io.tallygate.grpc.connect.RemoteService;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;

/** The services whose channels are opened. */
@Factory
final class RemoteServices {

    @Singleton
    @Named("counter")
    RemoteService counter() {
        return new RemoteService(CounterServiceGrpc.SERVICE_NAME,
                List.of(CounterServiceGrpc.getGetMethod(), CounterServiceGrpc.getBatchGetMethod(),
                        CounterServiceGrpc.getTopMethod(), PeerServiceGrpc.getWindowShareMethod()));
    }
}
