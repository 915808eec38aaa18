package io.tallygate.recommendation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.ledger.Document;
import io.tallygate.ledger.Versioned;
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
        Neighbours read = RecommendationDocuments
                .item(row(RecommendationDocuments.item(new Neighbours(Long.MAX_VALUE, kept))));

        assertThat(read.users()).isEqualTo(Long.MAX_VALUE);
        assertThat(read.kept()).containsExactlyElementsOf(kept);
        assertThat(RecommendationDocuments.item(Versioned.ABSENT).kept()).isEmpty();
    }

    /** The bytes of version 1, which every later version has to read. */
    @Test
    void document_always_hasTheseBytes() {
        var history = new History(List.of("a", "ü"), Instant.ofEpochMilli(1_795_725_060_022L));
        var item = new Neighbours(300,
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
        byte[] whole = RecommendationDocuments.item(new Neighbours(3, List.of())).bytes();
        for (byte[] damaged : List.of(Arrays.copyOf(whole, whole.length - 1), Arrays.copyOf(whole, whole.length + 1),
                new byte[]{1, 0, (byte) 0xff, 0x7f}, new byte[]{1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1})) {
            assertThatThrownBy(() -> RecommendationDocuments.item(row(damaged)))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("damaged");
        }
    }
}
