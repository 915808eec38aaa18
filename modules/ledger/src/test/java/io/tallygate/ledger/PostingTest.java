package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostingTest {

    private static Posting puts(int count, int bytes) {
        return new Posting(Collections.nCopies(count,
                new Change.Put(TestRows.paper("acme", "one"), Change.ANY, Document.of(new byte[bytes]))));
    }

    @Test
    void bytes_areThoseOfDocumentsMemosAndNames() {
        var adds = List.of(new Change.Add(TestRows.of("a", "likes"), 1),
                new Change.Add(TestRows.of("bcd", "likes"), 1));
        var plain = new Posting(adds);
        assertThat(plain.bytes()).isEqualTo(3 * 14 + 3 * 48);
        assertThat(new Posting(new IdempotencyKey("key", "print"), Mode.ALL, adds, Memo.of(new byte[100])).bytes())
                .isEqualTo(plain.bytes() + 3 * 8 + 48 + 100);
        assertThat(puts(3, 1_000).bytes()).isEqualTo(48 + 3 * (3 * 7 + 48 + 1_000));
        assertThat(new Flush(new FlushId("w", 1), Instant.EPOCH, List.of(plain, puts(1, 100))).bytes())
                .isEqualTo(plain.bytes() + puts(1, 100).bytes());
        assertThat(new Flush(new FlushId("w", 1), Instant.EPOCH, List.of(puts(3_000, Document.BYTES_MAX))).bytes())
                .as("of more than can be counted").isEqualTo(Integer.MAX_VALUE);
    }
}
