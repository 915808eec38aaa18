package io.tallygate.http.event;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.event.Events;
import io.tallygate.http.BatchPath;
import jakarta.inject.Singleton;

/** Wires events to the server. */
@Factory
@Requires(beans = Events.class)
final class EventHttpFactory {

    @Singleton
    BatchPath append() {
        return new BatchPath(EventController.PATH + "/{topic}", "events");
    }
}
