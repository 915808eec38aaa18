package io.tallygate.ledger;

import java.time.Instant;
import java.util.List;

/**
 * A store that passes everything on, for those that change one thing of another. Several flushes come one by one, so that
 * {@link #apply} is all that needs to be changed about them.
 */
public class DelegatingStore implements LedgerStore {

    private final LedgerStore store;

    protected DelegatingStore(LedgerStore store) {
        this.store = store;
    }

    @Override
    public FlushResult apply(Flush flush) {
        return store.apply(flush);
    }

    @Override
    public long[] read(List<RowKey> rows) {
        return store.read(rows);
    }

    @Override
    public void readEach(List<RowKey> rows, Readout readout) {
        store.readEach(rows, readout);
    }

    @Override
    public int readsAtOnceMax() {
        return store.readsAtOnceMax();
    }

    @Override
    public List<Versioned> readDocuments(List<RowKey> rows) {
        return store.readDocuments(rows);
    }

    @Override
    public List<Row> list(Book book, String section, String afterId, int limit) {
        return store.list(book, section, afterId, limit);
    }

    @Override
    public List<Row> listThrough(Book book, String throughSection, int limit) {
        return store.listThrough(book, throughSection, limit);
    }

    @Override
    public int sweep(Book book, String throughSection, int limit) {
        return store.sweep(book, throughSection, limit);
    }

    @Override
    public List<Ranked> rank(Book book, String section, int limit) {
        return store.rank(book, section, limit);
    }

    @Override
    public int purgeExpired(Instant now, int limit) {
        return store.purgeExpired(now, limit);
    }

    @Override
    public int partitions() {
        return store.partitions();
    }

    @Override
    public void ping() {
        store.ping();
    }

    @Override
    public boolean shared() {
        return store.shared();
    }

    @Override
    public void close() {
        store.close();
    }
}
