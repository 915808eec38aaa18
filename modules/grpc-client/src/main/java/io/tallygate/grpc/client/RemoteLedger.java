package io.tallygate.grpc.client;

import io.grpc.MethodDescriptor;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.ServiceSettings;
import io.tallygate.kernel.BlockingCalls;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.EventLoops;
import io.tallygate.kernel.GroupRead;
import io.tallygate.kernel.SettingValues;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.DocumentReads;
import io.tallygate.ledger.FlushApplier;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.v1.LedgerServiceGrpc;
import io.tallygate.ledger.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import io.tallygate.ledger.v1.ListRequest;
import io.tallygate.ledger.v1.ListThroughRequest;
import io.tallygate.ledger.v1.ListedRow;
import io.tallygate.ledger.v1.ReadDocumentsRequest;
import io.tallygate.ledger.v1.ReadDocumentsResponse;
import io.tallygate.ledger.v1.ReadRowsRequest;
import io.tallygate.ledger.v1.ReadRowsResponse;
import io.tallygate.ledger.v1.SweepRequest;
import io.tallygate.ledger.v1.SweepResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The ledger of a service that others run, for a domain that runs here. The package says how. */
public final class RemoteLedger implements Ledger, CommitGauges, AutoCloseable {

    /** What a {@link io.tallygate.grpc.connect.RemoteService} with a ledger may have repeated by gRPC itself. */
    public static final List<MethodDescriptor<?, ?>> READS = List.of(LedgerServiceGrpc.getReadRowsMethod(),
            LedgerServiceGrpc.getReadDocumentsMethod(), LedgerServiceGrpc.getListMethod(),
            LedgerServiceGrpc.getListThroughMethod());

    /** Each may hold {@link Ledger#DOCUMENTS_MAX} documents. */
    private static final int DOCUMENT_READS_AT_ONCE_MAX = 8;
    private static final int LISTS_AT_ONCE_MAX = 64;
    private static final int LISTS_WAITING_MAX = 1_024;

    private final String service;
    private final Channels channels;
    private final Duration callTimeout;
    private final RemoteLanes lanes;
    private final GroupRead<RemoteReads.Question, List<Reading>> reader;
    private final DocumentReads documents;
    private final BlockingCalls lists;
    private final AtomicBoolean closed = new AtomicBoolean();

    RemoteLedger(String service, Channels channels, EventLoops loops, ClientSettings settings, CommitSettings commit,
            CommitMetrics metrics, InstantSource clock, LongSupplier ticker) {
        this.service = service;
        this.channels = channels;
        this.callTimeout = settings.callTimeout();
        this.lanes = new RemoteLanes(service, channels, loops, settings, commit, metrics, clock, ticker);
        RemoteCalls<LedgerServiceBlockingStub> reads = newCalls();
        this.reader = RemoteReads.gathered(service + "-read", (rows, consistency) -> read(reads, rows, consistency),
                commit, settings.closeTimeout(), ticker);
        RemoteCalls<LedgerServiceBlockingStub> documentReads = newCalls();
        this.documents = new DocumentReads(service + "-documents", rows -> documents(documentReads, rows),
                DOCUMENT_READS_AT_ONCE_MAX, commit, settings.closeTimeout(), ticker);
        this.lists = new BlockingCalls(service + "-list", LISTS_AT_ONCE_MAX, LISTS_WAITING_MAX, commit.timeout(),
                settings.closeTimeout(), ticker);
    }

    /**
     * The ledger of a service, in the time of this machine.
     *
     * @param service  its name, as {@code settings} and {@code channels} have it
     * @param channels stay the caller's to close
     * @param loops    those of this process, where it has any
     * @param values   tell how long a stop may take
     */
    public static RemoteLedger of(String service, Channels channels, @Nullable EventLoops loops,
            ServiceSettings settings, CommitSettings commit, @Nullable CommitMetrics metrics, SettingValues values) {
        return new RemoteLedger(service, channels, loops == null ? EventLoops.NONE : loops,
                ClientSettings.of(settings, values), commit,
                metrics == null ? CommitMetrics.NONE : metrics, InstantSource.system(), System::nanoTime);
    }

    private RemoteCalls<LedgerServiceBlockingStub> newCalls() {
        return new RemoteCalls<>(service, LedgerServiceGrpc::newBlockingStub, channels::next, callTimeout);
    }

    /** For a lane of its own of the caller, which closes it before this. */
    public FlushApplier newFlushes() {
        return new RemoteFlushes(service, channels::next, callTimeout);
    }

    @Override
    public CompletionStage<PostingResult> post(Posting posting) {
        return lanes.post(posting);
    }

    @Override
    public void accept(Posting posting) {
        lanes.accept(posting);
    }

    @Override
    public CompletionStage<Reading> read(RowKey row, Consistency consistency) {
        return reader.ask(new RemoteReads.Question(List.of(row), consistency), 1).thenApply(List::getFirst);
    }

    @Override
    public CompletionStage<List<Reading>> readAll(List<RowKey> rows, Consistency consistency) {
        return rows.isEmpty()
                ? CompletableFuture.completedFuture(List.of())
                : reader.ask(new RemoteReads.Question(rows, consistency), rows.size());
    }

    private static List<Reading> read(RemoteCalls<LedgerServiceBlockingStub> calls, List<RowKey> rows,
            Consistency consistency) {
        var names = new RowNames();
        var request = ReadRowsRequest.newBuilder().setConsistency(switch (consistency) {
            case CACHED -> io.tallygate.ledger.v1.Consistency.CONSISTENCY_CACHED;
            case STRONG -> io.tallygate.ledger.v1.Consistency.CONSISTENCY_STRONG;
        });
        rows.forEach(row -> request.addRows(names.of(row)));
        request.addAllSections(names.sections());
        ReadRowsResponse response = calls.make(stub -> stub.readRows(request.build()));
        return IntStream.range(0, Math.min(rows.size(), response.getReadingsCount()))
                .mapToObj(i -> new Reading(rows.get(i), response.getReadings(i).getValue(),
                        Messages.of(response.getReadings(i).getAsOf())))
                .toList();
    }

    @Override
    public CompletionStage<List<Versioned>> documents(List<RowKey> rows) {
        return documents.ask(rows);
    }

    /** An answer tells of the first ones; the next question asks for as many as it seems that an answer has room for. */
    private static List<Versioned> documents(RemoteCalls<LedgerServiceBlockingStub> calls, List<RowKey> rows) {
        var found = new ArrayList<Versioned>(rows.size());
        int most = rows.size();
        while (found.size() < rows.size()) {
            List<RowKey> asked = rows.subList(found.size(), Math.min(found.size() + most, rows.size()));
            ReadDocumentsResponse response = firstDocuments(calls, asked);
            int told = response.getDocumentsCount();
            if (told == 0 || told > asked.size()) {
                throw new IllegalStateException(told + " documents of " + asked.size() + " rows");
            }
            response.getDocumentsList().forEach(document -> found.add(document.getVersion() == 0
                    ? Versioned.ABSENT
                    : new Versioned(document.getVersion(), Document.of(document.getDocument().toByteArray()))));
            most = 2 * told;
        }
        return found;
    }

    private static ReadDocumentsResponse firstDocuments(RemoteCalls<LedgerServiceBlockingStub> calls,
            List<RowKey> rows) {
        var names = new RowNames();
        var request = ReadDocumentsRequest.newBuilder();
        rows.forEach(row -> request.addRows(names.of(row)));
        request.addAllSections(names.sections());
        return calls.make(stub -> stub.readDocuments(request.build()));
    }

    @Override
    public CompletionStage<Listing> list(Book book, String section, String afterId, int limit) {
        var request = ListRequest.newBuilder().setSection(RowNames.of(book, section)).setAfterId(afterId)
                .setLimit(Listing.requireLimit(limit)).build();
        return ask(stub -> stub.list(request)).thenApply(response -> new Listing(
                response.getRowsList().stream().map(row -> row(section, row)).toList(), response.getMore()));
    }

    @Override
    public CompletionStage<Listing> listThrough(Book book, String throughSection, int limit) {
        var request = ListThroughRequest.newBuilder().setThrough(RowNames.of(book, throughSection))
                .setLimit(Listing.requireLimit(limit)).build();
        return ask(stub -> stub.listThrough(request)).thenApply(response -> new Listing(
                response.getRowsList().stream().map(row -> row(row.getSection(), row)).toList(), response.getMore()));
    }

    private static Row row(String section, ListedRow row) {
        return new Row(section, row.getId(), row.getValue(),
                row.hasDocument() ? Document.of(row.getDocument().toByteArray()) : null);
    }

    @Override
    public CompletionStage<Integer> sweep(Book book, String throughSection, int limit) {
        var request = SweepRequest.newBuilder().setThrough(RowNames.of(book, throughSection))
                .setLimit(Listing.requireLimit(limit)).build();
        return ask(stub -> stub.sweep(request)).thenApply(SweepResponse::getDeleted);
    }

    /** Goes around the instance at which it failed itself, whatever becomes of others. */
    private <R> CompletableFuture<R> ask(Function<LedgerServiceBlockingStub, R> call) {
        RemoteCalls<LedgerServiceBlockingStub> own = newCalls();
        return lists.submit(() -> own.make(call));
    }

    @Override
    public int depth() {
        return lanes.depth();
    }

    @Override
    public int acceptedDepth() {
        return lanes.acceptedDepth();
    }

    /** Sends what is queued and answers what was asked, within the time for it, then refuses everything. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        lanes.startClosing();
        reader.startClosing();
        documents.startClosing();
        lists.startClosing();
        lanes.close();
        reader.close();
        documents.close();
        lists.close();
    }
}
