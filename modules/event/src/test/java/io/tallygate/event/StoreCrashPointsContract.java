package io.tallygate.event;

import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.LedgerStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** Crashes at every point of the log on the ledger, on a store that programs find by their settings. */
abstract class StoreCrashPointsContract extends CrashPointsContract {

    private final List<ApplicationContext> programs = new ArrayList<>();
    private final int connections;
    private @Nullable StoreServer server;
    private int opened;

    /** @param connections how many clients the store has, which processes use in turn */
    StoreCrashPointsContract(int connections) {
        this.connections = connections;
    }

    /** Starts the server of the store, if it has one. */
    abstract StoreServer start() throws Exception;

    @BeforeEach
    void open() throws Exception {
        StoreServer started = start();
        server = started;
        for (int i = 0; i < connections; i++) {
            ApplicationContext program = ApplicationContext.builder().properties(started.settings()).build();
            programs.add(program);
            // By a name: without one it would stand for all.
            program.registerSingleton(Book.class, ScriptedHandler.EFFECTS, Qualifiers.byName("effect"));
            program.start();
        }
    }

    @Override
    protected void closeStores() throws Exception {
        programs.forEach(ApplicationContext::close);
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected int crashes() {
        return 28;
    }

    @Override
    protected LedgerStore store() {
        return programs.get(opened++ % connections).getBean(LedgerStore.class);
    }
}
