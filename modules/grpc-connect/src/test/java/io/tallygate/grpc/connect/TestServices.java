package io.tallygate.grpc.connect;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** A service to connect to, as whoever calls it declares it. */
@Factory
final class TestServices {

    @Singleton
    @Named("counter")
    RemoteService counter() {
        return Server.SERVICE;
    }
}
