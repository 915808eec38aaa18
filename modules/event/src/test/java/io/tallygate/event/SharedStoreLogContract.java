package io.tallygate.event;

import io.micronaut.context.ApplicationContext;
import io.tallygate.ledger.Ledger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The log on the ledgers of several processes that have a store in common. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class SharedStoreLogContract extends EventLogContract {

    private static final int PROCESSES = 3;

    private final List<ApplicationContext> processes = new ArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private @Nullable StoreServer server;
    private int tests;

    abstract StoreServer startStore() throws Exception;

    @BeforeAll
    void open() throws Exception {
        StoreServer started = startStore();
        server = started;
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(ApplicationContext.run(started.settings()));
        }
    }

    @AfterAll
    void close() throws Exception {
        processes.forEach(ApplicationContext::close);
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void countTest() {
        tests++;
    }

    private Ledger ledger() {
        return processes.get(opened.getAndIncrement() % PROCESSES).getBean(Ledger.class);
    }

    @Override
    protected EventLog log() {
        return LedgerLogs.open(ledger(), InstantSource.system());
    }

    @Override
    protected String topic() {
        return "some_events_" + tests;
    }

    @Override
    protected int partitions() {
        return LedgerLogs.PARTITIONS;
    }

    @Override
    protected void deleteDone(String group) {
        LedgerLogs.deleteDone(ledger(), topic(), group, InstantSource.system());
    }
}
