package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.ledger.Document;
import io.tallygate.ledger.UnreadableException;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What is on disk: the bytes of version 1, which every later version has to read. */
final class LevelDocumentsTest {

    private static Document document(String hex) {
        return Document.of(HexFormat.of().parseHex(hex));
    }

    @Test
    void override_always_hasTheseBytes() {
        var all = new LevelOverride(Level.DEGRADED, null, "why", "ä", Instant.ofEpochMilli(6));
        var one = new LevelOverride(Level.MINIMAL, "f", "why", "ada", Instant.ofEpochMilli(6));
        Document ofAll = document("01" + "00084445475241444544" + "00012a" + "0003776879" + "0002c3a4"
                + "0000000000000006");
        Document ofOne = document("01" + "00074d494e494d414c" + "000166" + "0003776879" + "0003616461"
                + "0000000000000006");

        assertThat(LevelDocuments.of(all)).isEqualTo(ofAll);
        assertThat(LevelDocuments.override(ofAll)).isEqualTo(all);
        assertThat(LevelDocuments.of(one)).isEqualTo(ofOne);
        assertThat(LevelDocuments.override(ofOne)).isEqualTo(one);
    }

    @Test
    void node_always_hasTheseBytes() {
        var node = new NodeLevel("n", Level.NORMAL, Instant.parse("2026-11-26T20:31:00.022Z"));
        Document kept = document("01" + "00064e4f524d414c" + "000001a2198de7b6");

        assertThat(LevelDocuments.of(node)).isEqualTo(kept);
        assertThat(LevelDocuments.node("n", kept)).isEqualTo(node);
    }

    @Test
    void document_ofAnotherLevelOrVersion_isRefused() {
        assertThatThrownBy(() -> LevelDocuments.node("n", document("01" + "000158" + "000001a2198de7b6")))
                .isInstanceOf(UnreadableException.class).hasMessageContaining("a level is damaged");
        assertThatThrownBy(() -> LevelDocuments.override(document("02")))
                .isInstanceOf(UnreadableException.class).hasMessageContaining("version 2");
    }
}
