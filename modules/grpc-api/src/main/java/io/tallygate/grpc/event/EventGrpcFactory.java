package io.tallygate.grpc.event;

import io.grpc.ServiceDescriptor;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.event.Events;
import io.tallygate.event.v1.EventServiceGrpc;
import jakarta.inject.Singleton;

/** Says which service is about events. */
@Factory
@Requires(beans = Events.class)
final class EventGrpcFactory {

    @Singleton
    ServiceDescriptor eventService() {
        return EventServiceGrpc.getServiceDescriptor();
    }
}
