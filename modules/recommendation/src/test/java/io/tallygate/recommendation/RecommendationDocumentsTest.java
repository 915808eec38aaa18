package io.tallygate.recommendation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.ledger.Document;
import io.tallygate.ledger.Versioned;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RecommendationDocumentsTest {

    private static Versioned row(byte... bytes) {
        return new Versioned(1, Document.of(bytes));
    }

    private static Versioned row(Document document) {
        return new Versioned(1, document);
    }

    @Test
    void history_always_comesBack() {
        var history = new History(List.of("a", "ü€😀", "x".repeat(256)), Instant.ofEpochMilli(1_795_725_060_022L));

        assertThat(RecommendationDocuments.history(row(RecommendationDocuments.history(history)))).isEqualTo(history);
        assertThat(RecommendationDocuments.history(Versioned.ABSENT)).isEqualTo(History.EMPTY);
    }

    @Test
    void item_always_comesBackInOrder() {
        var kept = IntStream.range(0, Neighbours.KEPT_MAX)
                .mapToObj(i -> new Neighbours.Neighbour("item" + i, Long.MAX_VALUE - i, i << 7, 127L + i)).toList();
        ItemCounts read = RecommendationDocuments
                .item(row(RecommendationDocuments.item(new ItemCounts(Long.MAX_VALUE, kept))));

        assertThat(read.users()).isEqualTo(Long.MAX_VALUE);
        assertThat(read.neighbours()).containsExactlyElementsOf(kept);
        assertThat(RecommendationDocuments.item(Versioned.ABSENT).neighbours()).isEmpty();
    }

    @Test
    void item_thatProcessesShare_isAJsonStringAndComesBack() {
        var item = new ItemCounts(3, List.of(new Neighbours.Neighbour("ü\"", 2, 1, 7)));
        byte[] json = KnownItems.CODEC.encode(item);

        assertThat(new String(json, StandardCharsets.US_ASCII)).matches("\"[A-Za-z0-9+/=]+\"");
        assertThat(KnownItems.CODEC.decode(json)).isEqualTo(item);
        for (String other : List.of("\"\"", "\"AA==\"", "{}", "7")) {
            assertThatThrownBy(() -> KnownItems.CODEC.decode(other.getBytes(StandardCharsets.US_ASCII)))
                    .isInstanceOf(RuntimeException.class);
        }
    }

    /** The bytes of version 1, which every later version has to read. */
    @Test
    void document_always_hasTheseBytes() {
        var history = new History(List.of("a", "ü"), Instant.ofEpochMilli(1_795_725_060_022L));
        var item = new ItemCounts(300,
                List.of(new Neighbours.Neighbour("a", 200, 1, 199), new Neighbours.Neighbour("b", 2, 0, 2)));

        assertThat(RecommendationDocuments.history(history).bytes())
                .asHexString().isEqualToIgnoringCase("01" + "b6cfb7cca134" + "02" + "0161" + "02c3bc");
        assertThat(RecommendationDocuments.item(item).bytes()).asHexString()
                .isEqualToIgnoringCase(
                        "01" + "ac02" + "02" + "0161" + "c801" + "01" + "c701" + "0162" + "02" + "00" + "02");
    }

    @Test
    void anythingElse_isRefusedByName() {
        assertThatThrownBy(() -> RecommendationDocuments.history(row((byte) 2)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("version 2");
        byte[] whole = RecommendationDocuments.item(new ItemCounts(3, List.of())).bytes();
        for (byte[] damaged : List.of(Arrays.copyOf(whole, whole.length - 1), Arrays.copyOf(whole, whole.length + 1),
                new byte[]{1, 0, (byte) 0xff, 0x7f}, new byte[]{1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1})) {
            assertThatThrownBy(() -> RecommendationDocuments.item(row(damaged)))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("damaged");
        }
    }
}
