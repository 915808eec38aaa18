package io.tallygate.handlers.degradation;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.degradation.LevelWatcher;
import io.tallygate.degradation.NodeName;
import io.tallygate.degradation.RecordedChange;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OutboxSettings;
import io.tallygate.ledger.Recordable;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Set;

/** Has changes of levels recorded, where {@code tallygate.events.publish} names them. */
@Factory
@Requires(classes = RecordedChange.class)
final class LevelFactory {

    /** The environment of a process that does nothing between two requests. */
    private static final String FUNCTION = "function";

    @Singleton
    Recordable recordable() {
        return new Recordable("levels", Set.of(RecordedChange.BOOK));
    }

    @Singleton
    @Requires(property = OutboxSettings.PUBLISH_NAME)
    Book levelChanges() {
        return RecordedChange.BOOK;
    }

    @Singleton
    @Requires(beans = LedgerStore.class, notEnv = FUNCTION)
    @Requires(property = OutboxSettings.PUBLISH_NAME, pattern = "(.*,)?levels(,.*)?")
    LevelWatcher levelRecorder(Provider<Ledger> ledger, NodeName node) {
        return RecordedChange.recorder(ledger::get, node);
    }
}
