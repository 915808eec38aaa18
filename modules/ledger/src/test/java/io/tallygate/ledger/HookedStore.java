package io.tallygate.ledger;

import java.util.List;

/** A store that does something of a test's before it applies, reads, lists or sweeps. What that throws, the call throws. */
public final class HookedStore extends DelegatingStore {

    private final Runnable before;

    public HookedStore(LedgerStore store, Runnable before) {
        super(store);
        this.before = before;
    }

    @Override
    public FlushResult apply(Flush flush) {
        before.run();
        return super.apply(flush);
    }

    @Override
    public void readEach(List<RowKey> rows, Readout readout) {
        before.run();
        super.readEach(rows, readout);
    }

    @Override
    public List<Versioned> readDocuments(List<RowKey> rows) {
        before.run();
        return super.readDocuments(rows);
    }

    @Override
    public List<Row> list(Book book, String section, String afterId, int limit) {
        before.run();
        return super.list(book, section, afterId, limit);
    }

    @Override
    public List<Row> listThrough(Book book, String throughSection, int limit) {
        before.run();
        return super.listThrough(book, throughSection, limit);
    }

    @Override
    public int sweep(Book book, String throughSection, int limit) {
        before.run();
        return super.sweep(book, throughSection, limit);
    }
}
