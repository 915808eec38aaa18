package io.tallygate.functions.runtime;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.tallygate.counter.CounterStore;
import jakarta.inject.Singleton;

/** Puts a {@link ForegroundStore} before whichever store there is. */
@Singleton
final class ForegroundStores implements BeanCreatedEventListener<CounterStore> {

    @Override
    public CounterStore onCreated(BeanCreatedEvent<CounterStore> event) {
        return new ForegroundStore(event.getBean());
    }
}
