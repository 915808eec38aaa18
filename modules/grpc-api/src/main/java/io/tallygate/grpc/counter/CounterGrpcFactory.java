package io.tallygate.grpc.counter;

import io.grpc.ServiceDescriptor;
import io.micronaut.context.annotation.Factory;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.PeerServiceGrpc;
import jakarta.inject.Singleton;

/** Says which services are about counters. */
@Factory
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
