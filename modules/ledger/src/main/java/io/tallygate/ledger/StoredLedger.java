package io.tallygate.ledger;

import io.tallygate.kernel.BlockingCalls;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitWriter;
import io.tallygate.kernel.GroupRead;
import io.tallygate.kernel.InlineCommits;
import io.tallygate.kernel.WriteHealth;
import io.tallygate.kernel.WriteWatch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in a process that writes to its store itself.
 *
 * <p>Postings go through one group commit, flushes of other processes and frames of sessions through another: they have
 * numbers of their own, so what they share with others is the commit. Cache misses share reads: what misses while one is
 * under way goes with the next. So do documents. Lists and sweeps are virtual threads, a bounded number at a time.
 */
public final class StoredLedger implements Ledger, LedgerPeer, CommitGauges, WriteHealth, Restorable, AutoCloseable {

    /** Each may hold {@link Ledger#DOCUMENTS_MAX} of them. */
    private static final int DOCUMENT_READS_AT_ONCE_MAX = 8;
    private static final int LISTS_AT_ONCE_MAX = 8;
    private static final int LISTS_WAITING_MAX = 1_024;

    private final ReadCaches cache;
    private final List<CommitWitness> witnesses;
    private final WriteWatch writerWatch;
    private final WriteWatch relayWatch;
    private final Lane writer;
    private final CommitWriter<Flush, FlushResult> relay;
    private final Sessions sessions;
    private final LedgerStore store;
    private final InstantSource clock;
    /** Whether the store is this process's alone, so that what is cached is how a row stands now. */
    private final boolean alone;
    private final GroupRead<List<RowKey>, List<Reading>> reader;
    private final DocumentReads documents;
    private final BlockingCalls lists;
    private final Housekeeping housekeeping;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * One whose writer is always its thread.
     *
     * @param store     stays the caller's to close
     * @param book      one that the store has, for the look whether it takes writes
     * @param witnesses are told every commit of this process
     * @param ticker    nanoseconds that only rise
     */
    public StoredLedger(LedgerStore store, Book book, List<CommitWitness> witnesses, CommitSettings commit,
            LedgerSettings settings, CommitMetrics metrics, InstantSource clock, LongSupplier ticker) {
        this(store, book, witnesses, commit, settings, metrics, clock, ticker, InlineCommits.NONE);
    }

    /**
     * @param store   stays the caller's to close
     * @param book    one that the store has, for the look whether it takes writes
     * @param witnesses are told every commit of this process
     * @param ticker  nanoseconds that only rise
     * @param inline  whether event loops commit, where the store is this process's alone
     */
    public StoredLedger(LedgerStore store, Book book, List<CommitWitness> witnesses, CommitSettings commit,
            LedgerSettings settings, CommitMetrics metrics, InstantSource clock, LongSupplier ticker,
            InlineCommits inline) {
        this(store, book, witnesses, commit, settings, metrics, clock, ticker, inline, Lane::newWriter);
    }

    /** @param names draws a name for its writer that no other one has */
    StoredLedger(LedgerStore store, Book book, List<CommitWitness> witnesses, CommitSettings commit,
            LedgerSettings settings,
            CommitMetrics metrics, InstantSource clock, LongSupplier ticker, InlineCommits inline,
            Supplier<String> names) {
        this.store = store;
        this.clock = clock;
        this.alone = !store.shared();
        this.witnesses = List.copyOf(witnesses);
        this.cache = new ReadCaches(settings.caches(), !alone, ticker);
        var news = new CommitNews(new Committed(), store::readEach);
        // Fair: a writer that is always busy would keep the other one out.
        var turn = new ReentrantLock(true);
        var dated = new DatedStore(store, clock, ticker);
        var flushes = new FoldedFlushes(FlushApplier.of(dated::apply), names, clock, news, turn);
        var log = new WriteLog();
        // A store of this process alone is in it, and answers without a round trip.
        InlineCommits place = alone ? inline : InlineCommits.NONE;
        this.writerWatch = new WriteWatch(new WriteProbe(store, clock, book), log, ticker);
        this.relayWatch = new WriteWatch(new WriteProbe(store, clock, book), log, ticker);
        this.writer = new Lane("ledger", flushes, commit, metrics, writerWatch, settings.closeTimeout(), ticker,
                place);
        this.relay = new CommitWriter<>("ledger-relay",
                new RelayedFlushes(dated, clock, news, turn), commit, metrics, relayWatch, settings.closeTimeout(),
                ticker, place.relayed());
        this.sessions = new Sessions(relay, clock);
        this.reader = new GroupRead<>("ledger-read", new StoreReads(store, cache, clock), store.readsAtOnceMax(),
                commit, settings.closeTimeout(), ticker);
        this.documents = new DocumentReads("ledger-documents", store::readDocuments,
                Math.min(store.readsAtOnceMax(), DOCUMENT_READS_AT_ONCE_MAX), commit, settings.closeTimeout(), ticker);
        this.lists = new BlockingCalls("ledger-list", LISTS_AT_ONCE_MAX, LISTS_WAITING_MAX, commit.timeout(),
                settings.closeTimeout(), ticker);
        this.housekeeping = new Housekeeping(dated, clock);
    }

    /** Brings what was committed to the read cache and the witnesses. */
    private final class Committed implements CommitListener {

        @Override
        public void added(RowKey row, long delta, long value, Instant at) {
            cache.committed(row, value, at);
            for (CommitWitness witness : witnesses) {
                witness.added(row, delta, value, at);
            }
        }

        @Override
        public void deleted(RowKey row, Instant at) {
            cache.committed(row, 0, at);
            for (CommitWitness witness : witnesses) {
                witness.deleted(row, at);
            }
        }

        @Override
        public void written(RowKey document) {
            for (CommitWitness witness : witnesses) {
                witness.written(document);
            }
        }
    }

    @Override
    public CompletionStage<PostingResult> post(Posting posting) {
        return writer.post(posting);
    }

    @Override
    public void accept(Posting posting) {
        writer.accept(posting);
    }

    @Override
    public CompletionStage<Reading> read(RowKey row, Consistency consistency) {
        Reading cached = consistency == Consistency.CACHED ? cache.get(row) : null;
        return cached != null
                ? CompletableFuture.completedFuture(alone ? asOf(cached, clock.instant()) : cached)
                : reader.ask(List.of(row), 1).thenApply(List::getFirst);
    }

    private static Reading asOf(Reading reading, Instant now) {
        return new Reading(reading.row(), reading.value(), now);
    }

    @Override
    public CompletionStage<List<Reading>> readAll(List<RowKey> rows, Consistency consistency) {
        var readings = new ArrayList<@Nullable Reading>(rows.size());
        var missing = new ArrayList<RowKey>(0);
        Instant now = alone ? clock.instant() : Instant.MIN;
        for (RowKey row : rows) {
            Reading cached = consistency == Consistency.CACHED ? cache.get(row) : null;
            readings.add(cached != null && alone ? asOf(cached, now) : cached);
            if (cached == null) {
                missing.add(row);
            }
        }
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(filled(readings, List.of()));
        }
        return reader.ask(missing, missing.size()).thenApply(read -> filled(readings, read));
    }

    private static List<Reading> filled(List<@Nullable Reading> readings, List<Reading> read) {
        var filled = new ArrayList<Reading>(readings.size());
        int next = 0;
        for (Reading reading : readings) {
            filled.add(reading != null ? reading : read.get(next++));
        }
        return filled;
    }

    @Override
    public CompletionStage<List<Versioned>> documents(List<RowKey> rows) {
        return documents.ask(rows);
    }

    @Override
    public CompletionStage<Listing> list(Book book, String section, String afterId, int limit) {
        Listing.requireLimit(limit);
        return lists.submit(() -> Listings.read(book, limit, rows -> store.list(book, section, afterId, rows)));
    }

    @Override
    public CompletionStage<Listing> listThrough(Book book, String throughSection, int limit) {
        Listing.requireLimit(limit);
        return lists.submit(() -> Listings.read(book, limit, rows -> store.listThrough(book, throughSection, rows)));
    }

    @Override
    public CompletionStage<Integer> sweep(Book book, String throughSection, int limit) {
        Listing.requireLimit(limit);
        return lists.submit(() -> {
            int swept = store.sweep(book, throughSection, limit);
            if (swept > 0) {
                cache.swept(book, throughSection);
            }
            return swept;
        });
    }

    @Override
    public CompletionStage<FlushResult> apply(Flush flush) {
        return relay.submit(flush, Math.max(1, flush.size()), flush.bytes());
    }

    @Override
    public CompletionStage<FrameResult> write(String session, long sequence, List<Change.Add> adds) {
        return sessions.write(session, sequence, adds);
    }

    @Override
    public Optional<String> failure() {
        return writerWatch.failure().or(relayWatch::failure);
    }

    @Override
    public void restored() {
        writer.restored();
    }

    @Override
    public int depth() {
        return writer.depth() + relay.depth();
    }

    @Override
    public int acceptedDepth() {
        return writer.acceptedDepth();
    }

    /**
     * Commits what is queued, within {@link LedgerSettings#closeTimeout}, and has the witnesses keep what they were told; then
     * refuses everything.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        housekeeping.close();
        keepBeforeWaiting();
        relay.startClosing();
        writer.startClosing();
        reader.startClosing();
        documents.startClosing();
        lists.startClosing();
        relay.close();
        writer.close();
        reader.close();
        documents.close();
        lists.close();
        witnesses.forEach(CommitWitness::keep);
    }

    private void keepBeforeWaiting() {
        for (CommitWitness witness : witnesses) {
            try {
                witness.keep();
            } catch (RuntimeException e) {
                // The attempt at the end reports it.
            }
        }
    }
}
