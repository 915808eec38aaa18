package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Change.Delete;
import io.tallygate.ledger.Change.Put;
import io.tallygate.ledger.PostingResult.Committed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The part of the store test kit that is about documents: their versions, and what else commits with them. */
public abstract class LedgerDocumentsContract extends LedgerStoreContract {

    static final RowKey PAPER = TestRows.paper("acme", "one");
    static final RowKey OTHER = TestRows.paper("acme", "two");

    final Versioned paper(RowKey row) {
        return store.readDocuments(List.of(row)).getFirst();
    }

    static Versioned version(long version, String text) {
        return new Versioned(version, TestRows.document(text));
    }

    static Put put(RowKey row, long ifVersion, String text) {
        return new Put(row, ifVersion, TestRows.document(text));
    }

    static Posting all(Change... changes) {
        return new Posting(null, Mode.ALL, List.of(changes), Memo.EMPTY);
    }

    private static Posting keyed(String id, Change... changes) {
        return new Posting(new IdempotencyKey(id, "print"), Mode.ALL, List.of(changes), Memo.of(new byte[]{7}));
    }

    private PostingResult post(Posting posting) {
        return store.apply(writer.postings(posting)).postings().getFirst();
    }

    private Outcomes change(Change... changes) {
        return outcomes(store.apply(writer.changes(changes)));
    }

    private static Outcomes refused(long stands) {
        return Outcomes.of(new long[]{stands}, new Refusal[]{Refusal.VERSION});
    }

    @Test
    void put_anyVersion_countsTheVersionsOfItsRow() {
        assertThat(change(put(PAPER, Change.ANY, "first"))).isEqualTo(Outcomes.applied(1));
        assertThat(change(put(PAPER, Change.ANY, "second"), put(OTHER, Change.ANY, "other")))
                .isEqualTo(Outcomes.applied(2, 1));
        assertThat(store.readDocuments(List.of(OTHER, PAPER, TestRows.paper("acme", "never"), PAPER))).containsExactly(
                version(1, "other"), version(2, "second"), Versioned.ABSENT, version(2, "second"));
        assertThat(store.readDocuments(List.of())).isEmpty();
        reopen();
        assertThat(paper(PAPER)).isEqualTo(version(2, "second"));
        assertThat(change(put(PAPER, Change.ANY, "third"))).isEqualTo(Outcomes.applied(3));
    }

    @Test
    void put_ifAbsent_isRefusedWhereADocumentIsAndTellsItsVersion() {
        assertThat(change(put(PAPER, 0, "first"))).isEqualTo(Outcomes.applied(1));
        assertThat(change(put(PAPER, 0, "again"))).isEqualTo(refused(1));
        assertThat(paper(PAPER)).isEqualTo(version(1, "first"));
    }

    @Test
    void put_ifVersion_isRefusedForAnyOtherAndTellsTheOneThatStands() {
        assertThat(change(put(PAPER, 1, "absent"))).isEqualTo(refused(0));
        assertThat(paper(PAPER)).isEqualTo(Versioned.ABSENT);
        change(put(PAPER, Change.ANY, "first"), put(PAPER, 1, "second"));
        assertThat(change(put(PAPER, 1, "stale"))).isEqualTo(refused(2));
        assertThat(change(put(PAPER, 3, "early"))).isEqualTo(refused(2));
        assertThat(change(put(PAPER, Long.MAX_VALUE, "never"))).isEqualTo(refused(2));
        assertThat(paper(PAPER)).isEqualTo(version(2, "second"));
        assertThat(change(put(PAPER, 2, "third"))).isEqualTo(Outcomes.applied(3));
        reopen();
        assertThat(change(put(PAPER, 2, "stale"))).isEqualTo(refused(3));
        assertThat(paper(PAPER)).isEqualTo(version(3, "third"));
    }

    @Test
    void put_twiceInAPosting_isJudgedByTheOneBefore() {
        assertThat(change(put(PAPER, 0, "first"), put(PAPER, 0, "no"), put(PAPER, 1, "second"), put(PAPER, 1, "no")))
                .isEqualTo(Outcomes.of(new long[]{1, 1, 2, 2},
                        new Refusal[]{null, Refusal.VERSION, null, Refusal.VERSION}));
        assertThat(paper(PAPER)).isEqualTo(version(2, "second"));
        assertThat(post(all(put(PAPER, 2, "third"), put(PAPER, 3, "fourth")))).isEqualTo(
                new Committed(Outcomes.applied(3, 4)));
        assertThat(paper(PAPER)).isEqualTo(version(4, "fourth"));
    }

    @Test
    void delete_ofADocument_makesTheNextOneVersionOneAgain() {
        change(put(PAPER, Change.ANY, "first"), put(PAPER, Change.ANY, "second"));
        assertThat(change(new Delete(PAPER, 1))).isEqualTo(refused(2));
        assertThat(change(new Delete(PAPER, 0))).isEqualTo(refused(2));
        assertThat(paper(PAPER)).isEqualTo(version(2, "second"));
        assertThat(change(new Delete(PAPER, 2))).isEqualTo(Outcomes.applied(0));
        assertThat(paper(PAPER)).isEqualTo(Versioned.ABSENT);
        assertThat(change(new Delete(PAPER, 2))).isEqualTo(refused(0));
        assertThat(change(new Delete(PAPER, 0), new Delete(PAPER))).isEqualTo(Outcomes.applied(0, 0));
        reopen();
        assertThat(change(put(PAPER, 0, "new"))).isEqualTo(Outcomes.applied(1));
        assertThat(change(new Delete(PAPER), put(PAPER, 0, "newer"), put(PAPER, 1, "newest"), new Delete(PAPER, 2),
                put(PAPER, Change.ANY, "last"))).isEqualTo(Outcomes.applied(0, 1, 2, 0, 1));
        assertThat(paper(PAPER)).isEqualTo(version(1, "last"));
        // Version 1 again, of another document.
        assertThat(change(new Delete(PAPER), put(PAPER, 0, "other"))).isEqualTo(Outcomes.applied(0, 1));
        assertThat(paper(PAPER)).isEqualTo(version(1, "other"));
        reopen();
        assertThat(paper(PAPER)).isEqualTo(version(1, "other"));
    }

    @Test
    void put_documentsOfAllSizesAndBytes_areKeptAsTheyAre() {
        var random = new Random(1);
        List<Document> documents = IntStream.of(0, 1, 255, 4_096, 70_000, Document.BYTES_MAX).mapToObj(length -> {
            var bytes = new byte[length];
            random.nextBytes(bytes);
            return Document.of(bytes);
        }).toList();
        List<RowKey> rows = IntStream.range(0, documents.size()).mapToObj(i -> TestRows.paper("sizes", "of " + i))
                .toList();
        for (int i = 0; i < rows.size(); i++) {
            change(new Put(rows.get(i), Change.ANY, documents.get(documents.size() - 1 - i)));
            assertThat(change(new Put(rows.get(i), 1, documents.get(i)))).isEqualTo(Outcomes.applied(2));
        }
        List<Versioned> expected = documents.stream().map(document -> new Versioned(2, document)).toList();
        assertThat(store.readDocuments(rows)).isEqualTo(expected);
        reopen();
        assertThat(store.readDocuments(rows)).isEqualTo(expected);
        assertThat(store.list(TestRows.PAPERS, "sizes", "", 100)).extracting(Row::document).isEqualTo(documents);
    }

    /** As a reservation is: amounts of two rows, and the record of it. */
    @Test
    void allOrNone_addsAndAPutOfSeveralBooks_areAppliedTogetherOrNotAtAll() {
        RowKey day = TestRows.ofSubject("acme", "day");
        RowKey month = TestRows.ofSubject("acme", "month");
        Change[] reserve = {new Add(month, 6, 0, 10), put(PAPER, 0, "held 6"), new Add(day, 6, 0, 6)};
        assertThat(post(all(reserve))).isEqualTo(new Committed(Outcomes.applied(6, 1, 6)));
        // The put refuses.
        assertThat(post(all(new Add(month, 1, 0, 10), put(PAPER, 0, "again"), new Add(day, -6)))).isEqualTo(
                new Committed(undone(1, Refusal.VERSION, 6, 1, 6)));
        // An add does, behind two puts, one of which is of a row that is not there.
        assertThat(post(all(put(OTHER, 0, "new"), put(PAPER, 1, "held 7"), new Add(month, 1, 0, 10),
                new Add(day, 1, 0, 6)))).isEqualTo(new Committed(undone(3, Refusal.RANGE, 0, 1, 6, 6)));
        // A put does, of a row that was put and deleted before it.
        assertThat(post(all(put(PAPER, 1, "held 7"), new Delete(PAPER, 2), put(PAPER, 2, "no")))).isEqualTo(
                new Committed(undone(2, Refusal.VERSION, 1, 1, 1)));
        assertThat(store.readDocuments(List.of(PAPER, OTHER))).containsExactly(version(1, "held 6"), Versioned.ABSENT);
        assertThat(store.read(List.of(month, day))).containsExactly(6, 6);
        assertThat(store.list(TestRows.PAPERS, "acme", "", 9)).hasSize(1);

        assertThat(post(all(new Delete(PAPER, 1), new Add(month, -6), new Add(day, -6)))).isEqualTo(
                new Committed(Outcomes.applied(0, 0, 0)));
        assertThat(paper(PAPER)).isEqualTo(Versioned.ABSENT);
        reopen();
        assertThat(paper(PAPER)).isEqualTo(Versioned.ABSENT);
        assertThat(store.read(List.of(month, day))).containsExactly(0, 0);
    }

    private static Outcomes undone(int refused, Refusal reason, long... stand) {
        var refusals = new Refusal[stand.length];
        Arrays.fill(refusals, Refusal.UNDONE);
        refusals[refused] = reason;
        return Outcomes.of(stand, refusals);
    }

    @Test
    void allOrNone_withAKeyRepeated_getsTheFirstAnswer() {
        RowKey used = TestRows.ofSubject("acme", "used");
        Posting first = keyed("r", new Add(used, 5, 0, 9), put(PAPER, 0, "first"));
        Posting second = keyed("s", new Add(used, 1, 0, 9), put(PAPER, 0, "second"));
        var memo = Memo.of(new byte[]{7});
        assertThat(store.apply(writer.postings(first, second, first)).postings()).containsExactly(
                new Committed(Outcomes.applied(5, 1), memo, false),
                new Committed(undone(1, Refusal.VERSION, 5, 1), memo, false),
                new Committed(Outcomes.applied(5, 1), memo, true));
        change(put(PAPER, 1, "third"), new Add(used, 1));
        reopen();
        assertThat(store.apply(writer.postings(second, first)).postings()).containsExactly(
                new Committed(undone(1, Refusal.VERSION, 5, 1), memo, true),
                new Committed(Outcomes.applied(5, 1), memo, true));
        assertThat(paper(PAPER)).isEqualTo(version(2, "third"));
        assertThat(value(used)).isEqualTo(6);
    }

    @Test
    void apply_documentsOfTheSameFlushAgain_getTheFirstAnswer() {
        Flush flush = writer.postings(new Posting(List.of(put(PAPER, 0, "first"), put(PAPER, 0, "no"))),
                new Posting(new IdempotencyKey("k", "print"), List.of(put(PAPER, 1, "second"))));
        FlushResult first = store.apply(flush);
        store.apply(new TestWriter(start).changes(put(PAPER, 2, "third")));
        reopen();
        assertThat(store.apply(flush)).isEqualTo(first.asReplayed());
        assertThat(paper(PAPER)).isEqualTo(version(3, "third"));
    }

    @Test
    void apply_documentsAndNumbersOfTheSameNames_areApart() {
        RowKey number = TestRows.ofSubject("acme", "one");
        assertThat(change(new Add(number, 5), put(PAPER, 0, "first"), new Add(number, 1), put(PAPER, 1, "second")))
                .isEqualTo(Outcomes.applied(5, 1, 6, 2));
        assertThat(change(new Delete(PAPER))).isEqualTo(Outcomes.applied(0));
        assertThat(value(number)).isEqualTo(6);
        assertThat(paper(PAPER)).isEqualTo(Versioned.ABSENT);
    }

    @Test
    void put_manyRowsInOneFlush_keepsEach() {
        var puts = new ArrayList<Change>();
        for (int i = 0; i < 300; i++) {
            puts.add(put(TestRows.paper("many", "paper " + i), 0, "text " + i));
        }
        assertThat(outcomes(store.apply(writer.next(puts, List.of()))).refusedCount()).isZero();
        assertThat(store.readDocuments(puts.reversed().stream().map(Change::row).toList())).isEqualTo(
                IntStream.range(0, 300).mapToObj(i -> version(1, "text " + (299 - i))).toList());
    }

    @Test
    void anyIdOfADocument_isKeptAsItIs() {
        List<RowKey> rows = unusualKeys().map(row -> new RowKey(TestRows.PAPERS, row.section(), row.id(), row.home()))
                .toList();
        rows.forEach(row -> change(put(row, 0, row.id())));
        for (RowKey row : rows) {
            assertThat(change(put(row, 0, "no"))).isEqualTo(refused(1));
            assertThat(change(put(row, 1, row.section() + row.id()))).isEqualTo(Outcomes.applied(2));
            assertThat(paper(row)).isEqualTo(version(2, row.section() + row.id()));
        }
    }
}
