package io.tallygate.grpc;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.RowKey;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that a test can stop, and take away. */
public final class GatedStore extends DelegatingStore {

    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean away;
    private volatile boolean broken;
    private final AtomicInteger entered = new AtomicInteger();

    public GatedStore() {
        this(new OracleStore(new OracleStore.Data()));
    }

    public GatedStore(LedgerStore store) {
        super(store);
    }

    /** Flushes wait from now on. */
    public void shut() {
        gate = new CountDownLatch(1);
    }

    public void open() {
        gate.countDown();
    }

    public void away(boolean away) {
        this.away = away;
    }

    public void broken(boolean broken) {
        this.broken = broken;
    }

    /** How many flushes have come. */
    public int entered() {
        return entered.get();
    }

    @Override
    public FlushResult apply(Flush flush) {
        entered.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (broken) {
            throw new IllegalStateException("an inside that callers must not see");
        }
        requireHere();
        return super.apply(flush);
    }

    @Override
    public long[] read(List<RowKey> counters) {
        requireHere();
        return super.read(counters);
    }

    @Override
    public void readEach(List<RowKey> counters, Readout readout) {
        requireHere();
        super.readEach(counters, readout);
    }

    @Override
    public void ping() {
        requireHere();
        super.ping();
    }

    private void requireHere() {
        if (away) {
            throw new StoreUnavailableException("injected: away", new IOException());
        }
    }
}
