package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.PostingResult.Committed;
import io.tallygate.ledger.PostingResult.KeyReused;
import io.tallygate.ledger.RowKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What a released version has really written, and what a store that opens it must answer. {@code
 * infra/tools/make-fixtures} makes the files and says which requests they come from.
 */
public final class ReleasedData {

    private static final String PATH = "POST /api/v1/counter/increment";
    private static final RowKey ARTICLE = TestRows.of("article-2", "likes");
    private static final RowKey MOST = TestRows.of("most", "extreme");
    private static final RowKey IN_A_BATCH = TestRows.of("article-3", "likes");

    private final Class<?> module;
    private final String version;

    /** @param module any class of the module whose test resources hold the files */
    public ReleasedData(Class<?> module, String version) {
        this.module = module;
        this.version = version;
    }

    /** A file's content. */
    public byte[] bytes(String name) {
        try (InputStream in = module.getResourceAsStream("/upgrade/" + version + '/' + name)) {
            assertThat(in).as("%s of %s", name, version).isNotNull();
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /** Unpacks an archive of a data directory. */
    public void unpack(String name, Path directory) throws IOException {
        try (var archive = new ZipInputStream(new ByteArrayInputStream(bytes(name)))) {
            for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                Files.write(directory.resolve(entry.getName()), archive.readAllBytes());
            }
        }
    }

    /** When it was written, at the latest. */
    public Instant writtenAt() {
        return Instant.parse(text("written-at.txt").strip());
    }

    /** Asserts that a store has every counter, answers every recorded request as the released version did, and goes on. */
    public void assertServedBy(LedgerStore store) {
        text("counters.tsv").lines().map(line -> line.split("\t")).forEach(column -> assertThat(
                store.read(List.of(TestRows.of(column[0], column[1])))).as(column[0])
                .containsExactly(Long.parseLong(column[2])));
        assertThat(store.rank(TestRows.COUNTERS, "likes", 2)).extracting(LedgerStore.Ranked::id)
                .containsExactly("article-1", "article-2");

        assertThat(ask(store, 1, request("order-1", ARTICLE, 5)))
                .isEqualTo(new Committed(Outcomes.applied(5), true));
        assertThat(ask(store, 2, request("order-1", ARTICLE, 6))).isInstanceOf(KeyReused.class);
        assertThat(ask(store, 3, request("too-much", MOST, 1)))
                .isEqualTo(new Committed(Outcomes.of(new long[1], new boolean[]{true}), true));
        var item = new IdempotencyKey("r::item-1", fingerprint("item", IN_A_BATCH, 3));
        assertThat(ask(store, 4, new Posting(item, List.of(new Change.Add(IN_A_BATCH, 3)))))
                .isEqualTo(new Committed(Outcomes.applied(3), true));

        assertThat(ask(store, 5, request("order-2", ARTICLE, 1)))
                .isEqualTo(new Committed(Outcomes.applied(7), false));
        assertThat(store.read(List.of(ARTICLE))).containsExactly(7);
    }

    private PostingResult ask(LedgerStore store, long number, Posting request) {
        Instant soonAfter = writtenAt().plus(Duration.ofHours(1));
        return store.apply(new Flush(new FlushId("after-" + version, number), soonAfter, List.of(request)))
                .postings().getFirst();
    }

    private static Posting request(String key, RowKey counter, long delta) {
        return new Posting(new IdempotencyKey("h::" + key, fingerprint(PATH, counter, delta)),
                List.of(new Change.Add(counter, delta)));
    }

    /** As version 0.1.0 made it of an increment, without a caller's name. */
    private static String fingerprint(String operation, RowKey counter, long delta) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (String text : List.of(operation, counter.id(), counter.section())) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
                digest.update(bytes);
            }
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, delta));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
