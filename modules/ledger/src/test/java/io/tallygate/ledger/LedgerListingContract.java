package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Change.Delete;
import io.tallygate.ledger.Change.Put;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of the store test kit that is about lists and sweeps. */
public abstract class LedgerListingContract extends LedgerFittingContract {

    /** In the order of their bytes in UTF-8; the supplementary one would be before U+E000 by its UTF-16. */
    private static final List<String> IDS = List.of(" ", "B", "a", "a:b", "aa", "b", "é", "日本", "\ue000", "\uffee",
            "\ufffd", "😀", "😀a", "😁");

    private static RowKey row(Book.Kind kind, String section, String id) {
        return kind == Book.Kind.NUMBERS ? TestRows.ofSubject(section, id) : TestRows.paper(section, id);
    }

    /** Makes a row hold a number, or a document as often put. */
    private static List<Change> changesTo(RowKey row, int number) {
        return row.book().kind() == Book.Kind.NUMBERS
                ? List.of(new Add(row, number))
                : IntStream.rangeClosed(1, number).<Change>mapToObj(
                        i -> new Put(row, Change.ANY, TestRows.document(row.id() + ' ' + i))).toList();
    }

    private static Row listed(RowKey row, int number) {
        return new Row(row.section(), row.id(), number,
                row.book().kind() == Book.Kind.NUMBERS ? null : TestRows.document(row.id() + ' ' + number));
    }

    private void make(RowKey row, int number) {
        store.apply(writer.next(changesTo(row, number), List.of()));
    }

    @ParameterizedTest
    @EnumSource
    void list_idsOfAllScripts_areInTheOrderOfTheirBytesPageByPage(Book.Kind kind) {
        Book book = row(kind, "s", "").book();
        var expected = new ArrayList<Row>();
        for (int i = 0; i < IDS.size(); i++) {
            expected.add(listed(row(kind, "s", IDS.get(i)), 1 + i % 3));
        }
        // Some are found where commits are first, others where they are after a restart.
        for (int i = 0; i < IDS.size(); i += 2) {
            make(row(kind, "s", IDS.get(i)), 1 + i % 3);
        }
        reopen();
        for (int i = 1; i < IDS.size(); i += 2) {
            make(row(kind, "s", IDS.get(i)), 1 + i % 3);
        }
        make(row(kind, "r", "before"), 1);
        make(row(kind, "s ", "behind"), 1);

        assertThat(store.list(book, "s", "", 1_000)).isEqualTo(expected);
        for (int limit = 1; limit <= IDS.size() + 1; limit++) {
            assertThat(pages(book, "s", limit)).as("in pages of %d", limit).isEqualTo(expected);
        }
        assertThat(store.list(book, "s", "aaa", 2)).isEqualTo(expected.subList(5, 7));
        assertThat(store.list(book, "s", "😁", 2)).isEmpty();
        assertThat(store.list(book, "never", "", 2)).isEmpty();
    }

    private List<Row> pages(Book book, String section, int limit) {
        var rows = new ArrayList<Row>();
        String after = "";
        for (List<Row> page = List.of(); rows.isEmpty() || page.size() == limit; after = rows.getLast().id()) {
            page = store.list(book, section, after, limit);
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            rows.addAll(page);
            if (page.isEmpty()) {
                break;
            }
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource
    void list_rowsThatWereChangedAndDeleted_areToldAsTheyAre(Book.Kind kind) {
        Book book = row(kind, "s", "").book();
        for (int i = 0; i < 9; i++) {
            make(row(kind, "s", "r" + i), 1);
        }
        reopen();
        store.apply(writer.changes(IntStream.of(0, 3, 4, 8).mapToObj(i -> new Delete(row(kind, "s", "r" + i)))
                .toArray(Change[]::new)));
        make(row(kind, "s", "r2"), 1);
        make(row(kind, "s", "r4"), 3);
        List<Row> expected = store.list(book, "s", "", 100);
        assertThat(expected).extracting(Row::id).containsExactly("r1", "r2", "r4", "r5", "r6", "r7");
        assertThat(expected).extracting(Row::value).containsExactly(1L, 2L, 3L, 1L, 1L, 1L);
        for (int limit = 1; limit < 8; limit++) {
            assertThat(pages(book, "s", limit)).isEqualTo(expected);
        }
        reopen();
        assertThat(store.list(book, "s", "", 100)).isEqualTo(expected);
    }

    @Test
    void list_numbersAtTheEndsOfTheRange_areTold() {
        store.apply(writer.changes(new Add(A, Long.MAX_VALUE), new Add(B, Long.MIN_VALUE), new Add(C, 0)));
        assertThat(store.list(TestRows.COUNTERS, "likes", "", 9)).containsExactly(
                new Row("likes", "a", Long.MAX_VALUE, null), new Row("likes", "b", Long.MIN_VALUE, null),
                new Row("likes", "c", 0, null));
    }

    @ParameterizedTest
    @EnumSource
    void listThrough_severalSections_areInTheirOrderUpToTheLast(Book.Kind kind) {
        Book book = row(kind, "s", "").book();
        List<RowKey> rows = List.of(row(kind, "2026-01", "b"), row(kind, "2026-02", "a"), row(kind, "2026-02", "é"),
                row(kind, "2026-03", "a"), row(kind, "é", "a"), row(kind, "\uffee", "a"), row(kind, "😀", "a"));
        for (int i : new int[]{6, 2, 4, 0}) {
            make(rows.get(i), 1 + i % 2);
        }
        reopen();
        for (int i : new int[]{1, 3, 5}) {
            make(rows.get(i), 1 + i % 2);
        }
        List<Row> expected = IntStream.range(0, 7).mapToObj(i -> listed(rows.get(i), 1 + i % 2)).toList();
        assertThat(store.listThrough(book, "2025", 9)).isEmpty();
        assertThat(store.listThrough(book, "2026-02", 9)).isEqualTo(expected.subList(0, 3));
        assertThat(store.listThrough(book, "2026-02-28", 9)).isEqualTo(expected.subList(0, 3));
        assertThat(store.listThrough(book, "2026-03", 2)).isEqualTo(expected.subList(0, 2));
        assertThat(store.listThrough(book, "\uffff", 9)).isEqualTo(expected.subList(0, 6));
        assertThat(store.listThrough(book, "😀", 9)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void sweep_inParts_deletesThoseSectionsAndNoOther(Book.Kind kind) {
        Book book = row(kind, "s", "").book();
        var old = new ArrayList<RowKey>();
        var later = new ArrayList<Row>();
        for (int i = 0; i < 20; i++) {
            old.add(row(kind, "2026-0" + (1 + i % 3), "r" + i));
            make(old.getLast(), 1);
            make(row(kind, "2026-0" + (4 + i % 2), "r" + i), 1);
            if (i == 10) {
                reopen();
            }
        }
        later.addAll(store.list(book, "2026-04", "", 100));
        later.addAll(store.list(book, "2026-05", "", 100));
        assertThat(later).hasSize(20);

        assertThat(store.sweep(book, "2025-12", 7)).isZero();
        assertThat(store.sweep(book, "2026-03", 7)).isEqualTo(7);
        assertThat(store.listThrough(book, "2026-03", 100)).hasSize(13);
        assertThat(store.sweep(book, "2026-03", 7)).isEqualTo(7);
        reopen();
        assertThat(store.listThrough(book, "2026-03", 100)).hasSize(6);
        assertThat(store.sweep(book, "2026-03", 7)).isEqualTo(6);
        assertThat(store.sweep(book, "2026-03", 7)).isZero();
        assertGone(old);
        assertThat(store.listThrough(book, "9", 100)).isEqualTo(later);
        reopen();
        assertGone(old);
        assertThat(store.listThrough(book, "9", 100)).isEqualTo(later);

        // A row of a section that was swept can begin again.
        make(old.getFirst(), 1);
        assertThat(store.listThrough(book, "2026-03", 100)).containsExactly(listed(old.getFirst(), 1));
        assertThat(store.sweep(book, "2026-03", 1)).isEqualTo(1);
        assertThat(store.sweep(book, "2026-03", 1)).isZero();
    }

    private void assertGone(List<RowKey> rows) {
        Book book = rows.getFirst().book();
        if (book.kind() == Book.Kind.NUMBERS) {
            assertThat(store.read(rows)).containsOnly(0);
            assertThat(store.rank(book, rows.getFirst().section(), 9)).isEmpty();
        } else {
            assertThat(store.readDocuments(rows)).containsOnly(Versioned.ABSENT);
        }
        assertThat(store.list(book, rows.getFirst().section(), "", 9)).isEmpty();
        assertThat(store.listThrough(book, "2026-03", 9)).isEmpty();
    }

    @Test
    void sweep_ofOneBook_leavesTheOthers() {
        make(TestRows.ofSubject("old", "a"), 1);
        make(TestRows.paper("old", "a"), 1);
        make(TestRows.of("a", "old"), 1);
        assertThat(store.sweep(TestRows.PAPERS, "zzz", 9)).isEqualTo(1);
        assertThat(store.sweep(TestRows.OTHERS, "zzz", 9)).isEqualTo(1);
        assertThat(store.list(TestRows.COUNTERS, "old", "", 9)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 3_000})
    void sweep_thousandsOfRows_endsAfterAsManyPartsAsTheyAre(int limit) {
        int size = limit == 1 ? 30 : 2_500;
        for (int from = 0; from < size; from += 500) {
            List<Change> adds = IntStream.range(from, Math.min(size, from + 500))
                    .<Change>mapToObj(i -> new Add(TestRows.of("r" + i, "section " + i % 7), i)).toList();
            store.apply(writer.next(adds, List.of()));
        }
        int swept = 0;
        for (int part = limit; part == limit; swept += part) {
            part = store.sweep(TestRows.COUNTERS, "section 9", limit);
            assertThat(part).isLessThanOrEqualTo(limit);
        }
        assertThat(swept).isEqualTo(size);
        assertThat(store.listThrough(TestRows.COUNTERS, "z", 9)).isEmpty();
    }
}
