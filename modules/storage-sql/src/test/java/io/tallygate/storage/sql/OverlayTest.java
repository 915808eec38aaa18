package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.Document;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two generations of rows, where what is in the newer one hides what is in the other. */
final class OverlayTest {

    private static final RowKey PAPER = TestRows.paper("acme", "one");

    private final Overlay overlay = new Overlay();

    private void commit(Object... rowsAndNumbers) {
        var rows = new Rows();
        for (int i = 0; i < rowsAndNumbers.length; i += 2) {
            RowKey row = TestRows.ofSubject("s", (String) rowsAndNumbers[i]);
            int number = (Integer) rowsAndNumbers[i + 1];
            if (number == 0) {
                rows.gone(row);
            } else {
                rows.number(row, number);
            }
        }
        overlay.commit(rows);
    }

    private void seal() {
        overlay.seal(() -> {});
        overlay.written();
    }

    private List<String> offered(String afterId, int limit) {
        var first = new FirstRows(limit);
        overlay.offer(TestRows.OTHERS, "s", afterId, first);
        return first.rows().stream().map(row -> row.id() + row.value()).toList();
    }

    @Test
    void offer_rowsOfBothGenerations_areTheFirstThatAreThere() {
        commit("a", 1, "b", 1, "c", 1, "e", 1);
        seal();
        commit("a", 0, "c", 2, "d", 1, "f", 0);

        assertThat(offered("", 9)).containsExactly("b1", "c2", "d1", "e1");
        assertThat(offered("", 2)).containsExactly("b1", "c2");
        assertThat(offered("b", 2)).containsExactly("c2", "d1");
        assertThat(offered("e", 2)).isEmpty();
    }

    @Test
    void offerThrough_sectionsOfBothGenerations_endWithTheLastOne() {
        commitSections("1", "3", "😀");
        seal();
        commitSections("4", "2", "\uffee");

        assertThat(sectionsThrough("0", 9)).isEmpty();
        assertThat(sectionsThrough("3", 9)).containsExactly("1", "2", "3");
        assertThat(sectionsThrough("3", 2)).containsExactly("1", "2");
        assertThat(sectionsThrough("\uffee", 9)).containsExactly("1", "2", "3", "4", "\uffee");
        assertThat(sectionsThrough("😀", 9)).hasSize(6).endsWith("\uffee", "😀");
    }

    private void commitSections(String... sections) {
        var rows = new Rows();
        for (String section : sections) {
            rows.number(TestRows.ofSubject(section, "a"), 1);
        }
        overlay.commit(rows);
    }

    private List<String> sectionsThrough(String section, int limit) {
        var first = new FirstRows(limit);
        overlay.offerThrough(TestRows.OTHERS, section, first);
        return first.rows().stream().map(Row::section).toList();
    }

    @Test
    void waitingBytes_documentsAndNames_growAndShrinkWithWhatIsHeld() {
        commit("a", 1);
        long ofOne = overlay.waitingBytes();
        commit("a", 2, "a", 3);
        assertThat(overlay.waitingBytes()).isEqualTo(ofOne).isBetween(100L, 200L);

        put(new byte[10_000]);
        put(new byte[50_000]);
        assertThat(overlay.waitingBytes()).isBetween(50_000L, 51_000L);
        var gone = new Rows();
        gone.gone(PAPER);
        overlay.commit(gone);
        assertThat(overlay.waitingBytes()).isLessThan(1_000);

        var records = new Rows();
        records.flushes().put("w", new Rows.FlushRow(1, 1, new byte[3_000]));
        records.keys().put("k", new Rows.KeyRow("print", 1, new byte[4_000]));
        overlay.commit(records);
        overlay.commit(records);
        assertThat(overlay.waitingBytes()).isBetween(7_000L, 9_000L);

        seal();
        assertThat(overlay.waitingBytes()).isZero();
        assertThat(overlay.waiting()).isZero();
    }

    private void put(byte[] bytes) {
        var rows = new Rows();
        rows.document(PAPER, 1, Document.of(bytes));
        overlay.commit(rows);
    }
}
