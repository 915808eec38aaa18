package io.tallygate.grpc.counter;

import io.grpc.ServiceDescriptor;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.Counters;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.PeerServiceGrpc;
import io.tallygate.ledger.ServedHere;
import jakarta.inject.Singleton;

/** Says which services are about counters, where there are any, and no settings name the service that has them. */
@Factory
@Requires(beans = Counters.class)
@ServedHere("counter")
final class CounterGrpcFactory {

    @Singleton
    ServiceDescriptor counterService() {
        return CounterServiceGrpc.getServiceDescriptor();
    }

    @Singleton
    ServiceDescriptor peerService() {
        return PeerServiceGrpc.getServiceDescriptor();
    }
}
