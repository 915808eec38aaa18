package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.ledger.Document;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RowsCodecTest {

    private static final RowKey A = TestRows.of("a", "likes");
    private static final RowKey DAY = TestRows.ofSubject("acme", "day");
    private static final RowKey MONTH = TestRows.ofSubject("acme", "month");

    @Test
    void encode_rowsOfAllKinds_decodeToTheSame() throws IOException {
        var rows = new Rows();
        rows.number(A, Long.MIN_VALUE);
        rows.gone(DAY);
        rows.number(TestRows.of("é{日本}😀", "likes"), 0);
        rows.document(TestRows.paper("acme", "one"), Long.MAX_VALUE, TestRows.document("text"));
        rows.document(TestRows.paper("acme", "empty"), 1, Document.of(new byte[0]));
        rows.document(TestRows.paper("acme", "large"), 2, Document.of(new byte[Document.BYTES_MAX]));
        rows.gone(TestRows.paper("acme", "gone"));
        rows.flushes().put("w", new Rows.FlushRow(7, 1_000, new byte[]{1, -1}));
        rows.keys().put("k", new Rows.KeyRow("print", 2_000, new byte[]{3}));

        Rows decoded = RowsCodec.decode(RowsCodec.encode(rows));

        assertThat(decoded.contents()).isEqualTo(rows.contents());
        assertThat(decoded.flushes().get("w")).usingRecursiveComparison().isEqualTo(rows.flushes().get("w"));
        assertThat(decoded.keys().get("k")).usingRecursiveComparison().isEqualTo(rows.keys().get("k"));
        assertThat(decoded.size()).isEqualTo(rows.size());
    }

    /** As it was before there were documents: two books, three rows of which one is gone, a flush and a key. */
    @Test
    void decode_format2_isOfNumbers() throws IOException {
        Rows rows = RowsCodec.decode(HexFormat.of().parseHex("0202" + "0007636f756e746572" + "00076578616d706c65"
                + "00000003"
                + "0000056c696b65730001610100000000000000020100" + "0461636d65000364617900" + "010004" + "61636d65"
                + "00056d6f6e746801fffffffffffffffc" + "00000001000177000000000000000200000000000003e8000000020102"
                + "0000000100016b00057072696e7400000000000007d00000000103"));

        assertThat(rows.contents()).isEqualTo(Map.of(A, new Content.OfNumber(2), DAY, Content.Absent.ABSENT, MONTH,
                new Content.OfNumber(-4)));
        assertThat(rows.flushes().get("w")).usingRecursiveComparison()
                .isEqualTo(new Rows.FlushRow(2, 1_000, new byte[]{1, 2}));
        assertThat(rows.keys().get("k")).usingRecursiveComparison()
                .isEqualTo(new Rows.KeyRow("print", 2_000, new byte[]{3}));
    }

    @Test
    void decode_unknownFormat_saysSo() {
        assertThatThrownBy(() -> RowsCodec.decode(new byte[]{9, 0, 0})).isInstanceOf(IOException.class)
                .hasMessageContaining("format 9").hasMessageContaining("known are 1 to 3");
    }
}
