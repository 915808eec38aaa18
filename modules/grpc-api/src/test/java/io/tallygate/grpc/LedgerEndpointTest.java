package io.tallygate.grpc;

import static io.tallygate.grpc.Refusals.assertInvalid;
import static io.tallygate.grpc.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.WrongTypeException;
import io.tallygate.ledger.v1.ApplyFlushRequest;
import io.tallygate.ledger.v1.BoundedAdd;
import io.tallygate.ledger.v1.Change;
import io.tallygate.ledger.v1.Consistency;
import io.tallygate.ledger.v1.Delete;
import io.tallygate.ledger.v1.Key;
import io.tallygate.ledger.v1.LedgerServiceGrpc;
import io.tallygate.ledger.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import io.tallygate.ledger.v1.ListRequest;
import io.tallygate.ledger.v1.ListThroughRequest;
import io.tallygate.ledger.v1.ListedRow;
import io.tallygate.ledger.v1.Mode;
import io.tallygate.ledger.v1.Posting;
import io.tallygate.ledger.v1.PostingResult;
import io.tallygate.ledger.v1.Put;
import io.tallygate.ledger.v1.ReadDocumentsRequest;
import io.tallygate.ledger.v1.ReadRowsRequest;
import io.tallygate.ledger.v1.Refusal;
import io.tallygate.ledger.v1.Refusal.Reason;
import io.tallygate.ledger.v1.RowName;
import io.tallygate.ledger.v1.Section;
import io.tallygate.ledger.v1.SweepRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What gateways ask of rows. Sections 0 to 2 are of numbers, of documents, and of a book that the service does not have. */
@Timeout(180)
final class LedgerEndpointTest {

    private static final List<Section> SECTIONS = List.of(section("example", "acme"), section("paper", "acme"),
            section("unknown", "acme"));
    private static final ByteString TEXT = ByteString.copyFromUtf8("text");

    private static Section section(String book, String name) {
        return Section.newBuilder().setBook(book).setName(name).build();
    }

    private static LedgerServiceBlockingStub ledger(TestServer server) {
        return LedgerServiceGrpc.newBlockingStub(server.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static RowName row(int section, String id) {
        return RowName.newBuilder().setSection(section).setId(id).build();
    }

    private static Change.Builder change(int section, String id) {
        return Change.newBuilder().setSection(section).setId(id);
    }

    private static Change add(String id, long delta, long atMost) {
        return change(0, id).setBoundedAdd(BoundedAdd.newBuilder().setDelta(delta).setAtMost(atMost)).build();
    }

    private static Change put(String id, ByteString document) {
        return change(1, id).setPut(Put.newBuilder().setDocument(document)).build();
    }

    private static Posting posting(Mode mode, Change... changes) {
        return Posting.newBuilder().setMode(mode).addAllChanges(List.of(changes)).build();
    }

    private static ApplyFlushRequest flush(long sequence, Posting... postings) {
        return ApplyFlushRequest.newBuilder().setWriter("lane").setSequence(sequence)
                .setAt(Timestamp.newBuilder().setSeconds(System.currentTimeMillis() / 1000)).addAllSections(SECTIONS)
                .addAllPostings(List.of(postings)).build();
    }

    private static Refusal refusal(int change, Reason reason) {
        return Refusal.newBuilder().setChange(change).setReason(reason).build();
    }

    @Test
    void applyFlush_versionsAndFits_areTold() {
        try (var server = new TestServer()) {
            List<PostingResult> results = ledger(server).applyFlush(flush(1,
                    posting(Mode.MODE_EACH, put("p", TEXT), put("p", TEXT),
                            change(1, "p").setPut(Put.newBuilder().setIfVersion(1)).build(),
                            change(1, "p").setDelete(Delete.newBuilder().setIfVersion(3)).build()),
                    posting(Mode.MODE_FIT_EACH, add("used", 9, 5), add("used", 1, 5)),
                    posting(Mode.MODE_FIT_ALL, add("held", 3, 2), add("other", 3, 9)))).getPostingsList();
            assertThat(results.get(0).getValuesList()).containsExactly(1L, 2L, 2L, 2L);
            assertThat(results.get(0).getRefusalsList()).containsExactly(refusal(2, Reason.REASON_VERSION),
                    refusal(3, Reason.REASON_VERSION));
            assertThat(results.get(0).hasTaken()).isFalse();
            assertThat(results.get(1).getTaken().getAmountsList()).containsExactly(5L, 0L);
            assertThat(results.get(1).getRefusalsList()).containsExactly(refusal(1, Reason.REASON_RANGE));
            assertThat(results.get(2).getTaken().getAmountsList()).containsExactly(2L, 2L);
        }
    }

    @Test
    void applyFlush_documentsBreakARule_namesTheField() {
        try (var server = new TestServer()) {
            var ledger = ledger(server);
            assertInvalid("postings[0].changes[0].what", () -> ledger.applyFlush(flush(1, posting(Mode.MODE_EACH,
                    put("p", ByteString.copyFrom(new byte[Document.BYTES_MAX + 1]))))));
            assertInvalid("postings[0].changes[0].what", () -> ledger.applyFlush(flush(1, posting(Mode.MODE_EACH,
                    change(1, "p").setPut(Put.newBuilder().setIfVersion(-2)).build()))));
            assertInvalid("postings[0].changes[0].what", () -> ledger.applyFlush(flush(1, posting(Mode.MODE_EACH,
                    change(0, "used").setPut(Put.newBuilder().setDocument(TEXT)).build()))));
            assertInvalid("postings[0].changes[0].what", () -> ledger.applyFlush(flush(1, posting(Mode.MODE_EACH,
                    change(1, "p").setAdd(1).build()))));
            assertInvalid("postings[1].changes", () -> ledger.applyFlush(flush(1,
                    posting(Mode.MODE_ALL, put("p", TEXT)), posting(Mode.MODE_FIT_EACH, put("p", TEXT)))));
            assertInvalid("postings[0].changes", () -> ledger.applyFlush(
                    flush(1, posting(Mode.MODE_FIT_ALL, add("used", 1, 5), add("held", 2, 5)))));
            assertThat(ledger.list(ListRequest.newBuilder().setSection(SECTIONS.get(1)).setLimit(1).build())
                    .getRowsList()).as("the store is untouched").isEmpty();
        }
    }

    @Test
    void applyFlush_bookThatIsNotKnown_failsItsPostingWhereThatStandsAlone() {
        try (var server = new TestServer()) {
            Change unknown = change(2, "x").setAdd(1).build();
            Posting keyed = posting(Mode.MODE_EACH, unknown).toBuilder()
                    .setKey(Key.newBuilder().setId("k").setFingerprint("f")).build();
            List<PostingResult> results = ledger(server).applyFlush(flush(1, posting(Mode.MODE_ALL, unknown), keyed,
                    posting(Mode.MODE_EACH, add("used", 1, 5)), posting(Mode.MODE_EACH))).getPostingsList();
            assertThat(results.subList(0, 2)).allSatisfy(failed -> {
                assertThat(failed.getFailure()).contains("book");
                assertThat(failed.getValuesList()).isEmpty();
            });
            assertThat(results.get(2).getValuesList()).containsExactly(1L);
            assertThat(results.get(3)).isEqualTo(PostingResult.getDefaultInstance());
            assertInvalid("postings[0].changes[1].section", () -> ledger(server).applyFlush(
                    flush(2, posting(Mode.MODE_EACH, add("used", 1, 5), unknown))));
        }
    }

    @Test
    void readRows_tellsValuesAndWhenTheyStood() {
        try (var server = new TestServer()) {
            ledger(server).applyFlush(flush(1, posting(Mode.MODE_EACH, add("used", 4, 5))));
            long before = System.currentTimeMillis() / 1000;
            var readings = ledger(server).readRows(ReadRowsRequest.newBuilder().addAllSections(SECTIONS)
                    .setConsistency(Consistency.CONSISTENCY_STRONG).addRows(row(0, "none")).addRows(row(0, "used"))
                    .build()).getReadingsList();
            assertThat(readings).extracting(io.tallygate.ledger.v1.Reading::getValue).containsExactly(0L, 4L);
            assertThat(readings).allSatisfy(
                    reading -> assertThat(reading.getAsOf().getSeconds()).isGreaterThanOrEqualTo(before));
        }
    }

    @Test
    void readDocuments_moreThanAnAnswerHolds_tellsTheFirst() {
        try (var server = new TestServer()) {
            ByteString large = ByteString.copyFrom(new byte[Document.BYTES_MAX]);
            ledger(server)
                    .applyFlush(flush(1, posting(Mode.MODE_EACH, put("a", large), put("b", large), put("c", TEXT))));
            var request = ReadDocumentsRequest.newBuilder().addAllSections(SECTIONS).addRows(row(1, "none"))
                    .addRows(row(1, "a")).addRows(row(1, "b")).addRows(row(1, "c"));
            var documents = ledger(server).readDocuments(request.build()).getDocumentsList();
            assertThat(documents).extracting(io.tallygate.ledger.v1.VersionedDocument::getVersion).containsExactly(0L,
                    1L,
                    1L);
            assertThat(documents.get(2).getDocument()).isEqualTo(large);
            var rest = ledger(server).readDocuments(request.clearRows().addRows(row(1, "c")).build());
            assertThat(rest.getDocuments(0).getDocument()).isEqualTo(TEXT);
        }
    }

    @Test
    void listAndSweep_tellRowsInOrder() {
        try (var server = new TestServer()) {
            ledger(server).applyFlush(flush(1, posting(Mode.MODE_EACH, put("a", TEXT), put("b", TEXT), put("c", TEXT),
                    add("used", 4, 5))));
            var list = ledger(server)
                    .list(ListRequest.newBuilder().setSection(SECTIONS.get(1)).setAfterId("a").setLimit(1).build());
            assertThat(list.getRowsList())
                    .containsExactly(ListedRow.newBuilder().setId("b").setValue(1).setDocument(TEXT).build());
            assertThat(list.getMore()).isTrue();
            var through = ledger(server).listThrough(
                    ListThroughRequest.newBuilder().setThrough(section("example", "zeta")).setLimit(10).build());
            assertThat(through.getRowsList())
                    .containsExactly(ListedRow.newBuilder().setSection("acme").setId("used").setValue(4).build());
            assertThat(through.getMore()).isFalse();
            var sweep = SweepRequest.newBuilder().setThrough(section("paper", "zeta")).setLimit(2).build();
            assertThat(ledger(server).sweep(sweep).getDeleted()).isEqualTo(2);
            assertThat(ledger(server).sweep(sweep).getDeleted()).isEqualTo(1);
        }
    }

    @Test
    void question_breaksARule_namesTheField() {
        try (var server = new TestServer()) {
            var ledger = ledger(server);
            var rows = ReadRowsRequest.newBuilder().addAllSections(SECTIONS);
            assertInvalid("rows", () -> ledger.readRows(rows.build()));
            assertInvalid("rows[1].section", () -> ledger.readRows(
                    rows.clone().addRows(row(0, "a")).addRows(row(3, "a")).build()));
            assertInvalid("rows[0].section", () -> ledger.readRows(rows.clone().addRows(row(2, "a")).build()));
            assertInvalid("rows[0].section", () -> ledger.readRows(rows.clone().addRows(row(1, "a")).build()));
            assertInvalid("rows[0].id", () -> ledger.readRows(rows.clone().addRows(row(0, "")).build()));
            assertInvalid("consistency", () -> ledger.readRows(
                    rows.clone().addRows(row(0, "a")).setConsistencyValue(7).build()));
            assertInvalid("sections[3].name", () -> ledger.readRows(
                    rows.clone().addSections(section("example", "")).addRows(row(0, "a")).build()));
            assertInvalid("rows[0].section", () -> ledger.readDocuments(
                    ReadDocumentsRequest.newBuilder().addAllSections(SECTIONS).addRows(row(0, "a")).build()));
            var list = ListRequest.newBuilder().setSection(SECTIONS.getFirst()).setLimit(1);
            assertInvalid("section.book", () -> ledger.list(list.clone().setSection(SECTIONS.get(2)).build()));
            assertInvalid("section.name", () -> ledger.list(list.clone().setSection(section("example", "")).build()));
            assertInvalid("limit", () -> ledger.list(list.clone().setLimit(1_001).build()));
            assertInvalid("after_id", () -> ledger.list(list.clone().setAfterId("\n").build()));
            assertInvalid("through.book", () -> ledger.listThrough(
                    ListThroughRequest.newBuilder().setThrough(SECTIONS.get(2)).setLimit(1).build()));
            assertInvalid("limit", () -> ledger.sweep(
                    SweepRequest.newBuilder().setThrough(SECTIONS.getFirst()).setLimit(-1).build()));
        }
    }

    @Test
    void question_ofWhatIsSomethingElse_isTold() {
        var wrong = new DelegatingStore(new OracleStore(new OracleStore.Data())) {
            @Override
            public List<Versioned> readDocuments(List<RowKey> rows) {
                throw new WrongTypeException("a list at the place of " + TestRows.PAPERS);
            }
        };
        try (var server = new TestServer(Map.of(), wrong)) {
            assertRefused(Status.Code.FAILED_PRECONDITION, "ROW_OF_WRONG_TYPE", () -> ledger(server).readDocuments(
                    ReadDocumentsRequest.newBuilder().addAllSections(SECTIONS).addRows(row(1, "a")).build()));
        }
    }
}
