package io.tallygate.grpc.connect;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Services to connect to, as whoever calls them declares them. */
@Factory
final class TestServices {

    @Singleton
    @Named("counter")
    @Requires(property = "tallygate.services.counter")
    RemoteService counter() {
        return Server.SERVICE;
    }

    @Singleton
    @Named("quota")
    @Requires(property = "tallygate.services.quota")
    RemoteService quota() {
        return Server.SERVICE;
    }
}
