package io.tallygate.functions.runtime;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;

/** Puts a {@link ForegroundStore} before whichever store there is. */
@Singleton
final class ForegroundStores implements BeanCreatedEventListener<LedgerStore> {

    @Override
    public LedgerStore onCreated(BeanCreatedEvent<LedgerStore> event) {
        return new ForegroundStore(event.getBean());
    }
}
