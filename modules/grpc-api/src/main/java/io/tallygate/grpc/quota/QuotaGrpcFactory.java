package io.tallygate.grpc.quota;

import io.grpc.ServiceDescriptor;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.ledger.ServedHere;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.v1.QuotaServiceGrpc;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Wires quotas to the server, unless settings name the service that has them: it offers them itself. */
@Factory
@Requires(beans = Quotas.class)
@ServedHere("quota")
final class QuotaGrpcFactory {

    @Singleton
    ServiceDescriptor quotaService() {
        return QuotaServiceGrpc.getServiceDescriptor();
    }

    @Singleton
    Denials denials() {
        return new Denials(InstantSource.system());
    }
}
