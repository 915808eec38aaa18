package io.tallygate.grpc;

import io.grpc.BindableService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** Wires what the library brings. */
@Factory
final class GrpcFactory {

    /** Lets tools such as grpcurl ask what can be called. */
    @Singleton
    BindableService reflection() {
        return ProtoReflectionServiceV1.newInstance();
    }
}
