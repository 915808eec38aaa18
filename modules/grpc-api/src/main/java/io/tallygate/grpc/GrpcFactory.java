package io.tallygate.grpc;

import io.grpc.BindableService;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micronaut.context.annotation.Factory;
import io.tallygate.ledger.v1.LedgerServiceGrpc;
import jakarta.inject.Singleton;

/** Wires what the library brings, and says which service is of no domain. */
@Factory
final class GrpcFactory {

    /** Lets tools such as grpcurl ask what can be called. */
    @Singleton
    BindableService reflection() {
        return ProtoReflectionServiceV1.newInstance();
    }

    /** For what counts calls and reports readiness: every service of ours is a bean of this type, too. */
    @Singleton
    ServiceDescriptor ledgerService() {
        return LedgerServiceGrpc.getServiceDescriptor();
    }
}
