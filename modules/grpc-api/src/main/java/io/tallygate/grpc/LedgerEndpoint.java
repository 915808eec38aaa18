package io.tallygate.grpc;

import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerPeer;
import io.tallygate.ledger.WrongTypeException;
import io.tallygate.ledger.v1.ApplyFlushRequest;
import io.tallygate.ledger.v1.ApplyFlushResponse;
import io.tallygate.ledger.v1.LedgerServiceGrpc;
import io.tallygate.ledger.v1.ListRequest;
import io.tallygate.ledger.v1.ListResponse;
import io.tallygate.ledger.v1.ListThroughRequest;
import io.tallygate.ledger.v1.ListThroughResponse;
import io.tallygate.ledger.v1.ReadDocumentsRequest;
import io.tallygate.ledger.v1.ReadDocumentsResponse;
import io.tallygate.ledger.v1.ReadRowsRequest;
import io.tallygate.ledger.v1.ReadRowsResponse;
import io.tallygate.ledger.v1.Section;
import io.tallygate.ledger.v1.SweepRequest;
import io.tallygate.ledger.v1.SweepResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The ledger of a process with a store, for the gateways of its deployment. */
@Singleton
@Requires(beans = {Ledger.class, LedgerPeer.class})
final class LedgerEndpoint extends LedgerServiceGrpc.LedgerServiceImplBase {

    private final Ledger ledger;
    private final LedgerPeer peer;
    private final Books books;

    LedgerEndpoint(Ledger ledger, LedgerPeer peer, List<Book> books) {
        this.ledger = ledger;
        this.peer = peer;
        this.books = new Books(books);
    }

    @Override
    public void applyFlush(ApplyFlushRequest request, StreamObserver<ApplyFlushResponse> observer) {
        Calls.answer(observer, Asked.ADD, () -> told(peer.apply(Flushes.flush(request, books))),
                result -> Flushes.response(request, result));
    }

    @Override
    public void readRows(ReadRowsRequest request, StreamObserver<ReadRowsResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> told(ledger.readAll(
                Sections.of(request.getSectionsList(), books).rows(request.getRowsList(), Ledger.ROWS_MAX,
                        Book.Kind.NUMBERS),
                Rows.consistency(request.getConsistencyValue()))), Rows::readings);
    }

    @Override
    public void readDocuments(ReadDocumentsRequest request, StreamObserver<ReadDocumentsResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> told(ledger.documents(
                Sections.of(request.getSectionsList(), books).rows(request.getRowsList(), Ledger.DOCUMENTS_MAX,
                        Book.Kind.DOCUMENTS))),
                Rows::documents);
    }

    @Override
    public void list(ListRequest request, StreamObserver<ListResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> {
            Book book = book("section", request.getSection());
            requireLimit(request.getLimit());
            if (!request.getAfterId().isEmpty()) {
                Ids.require("after_id", request.getAfterId());
            }
            return told(ledger.list(book, request.getSection().getName(), request.getAfterId(), request.getLimit()));
        }, Rows::list);
    }

    @Override
    public void listThrough(ListThroughRequest request, StreamObserver<ListThroughResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> {
            Book book = book("through", request.getThrough());
            requireLimit(request.getLimit());
            return told(ledger.listThrough(book, request.getThrough().getName(), request.getLimit()));
        }, Rows::listThrough);
    }

    @Override
    public void sweep(SweepRequest request, StreamObserver<SweepResponse> observer) {
        Calls.answer(observer, Asked.DELETE, () -> {
            Book book = book("through", request.getThrough());
            requireLimit(request.getLimit());
            return told(ledger.sweep(book, request.getThrough().getName(), request.getLimit()));
        }, deleted -> SweepResponse.newBuilder().setDeleted(deleted).build());
    }

    private Book book(String field, Section section) {
        Ids.require(field + ".name", section.getName());
        return books.require(field + ".book", section.getBook());
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > Ledger.ROWS_MAX) {
            throw new InvalidInputException("limit", Integer.toUnsignedString(limit),
                    "must be 1 to " + Ledger.ROWS_MAX);
        }
    }

    /** The same answer, where a failure is one that gateways tell from others. */
    private static <T> CompletionStage<T> told(CompletionStage<T> answer) {
        return answer.exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                told(StageFailures.cause(failure))));
    }

    /** Other callers are told of an unknown outcome as of a lost answer, after which a gateway would send again. */
    private static Throwable told(Throwable failure) {
        return switch (failure) {
            case UnknownOutcomeException _ -> new RefusedException(Failure.of(GrpcProblem.FLUSH_OUTCOME_UNKNOWN,
                    "a later flush of this writer was applied, and this one may have been before it"));
            case WrongTypeException _ -> new RefusedException(Failure.of(GrpcProblem.ROW_OF_WRONG_TYPE,
                    "what the store holds in the place of a row is not what its book holds"));
            default -> failure;
        };
    }
}
