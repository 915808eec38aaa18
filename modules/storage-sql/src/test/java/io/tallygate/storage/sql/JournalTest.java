package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.storage.sql.SqliteSettings.Synchronous;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {

    private static final int HEADER_BYTES = 16;

    @TempDir
    private Path directory = Path.of("");

    private Journal open(long epoch) throws IOException {
        return Journal.open(directory, Synchronous.FULL, epoch);
    }

    private List<String> read(long after) throws IOException {
        return Journal.read(directory, Synchronous.FULL, epoch -> epoch > after).stream()
                .flatMap(segment -> segment.records().stream().map(rows -> segment.epoch() + ":" + text(rows)))
                .toList();
    }

    private static String text(byte[] rows) {
        return new String(rows, StandardCharsets.UTF_8);
    }

    private static void append(Journal journal, String... records) throws IOException {
        for (String rows : records) {
            journal.append(rows.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void overwrite(String name, long offset, byte[] bytes) throws IOException {
        try (var file = new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }

    @Test
    void read_nothingWritten_isEmpty() throws IOException {
        assertThat(read(0)).isEmpty();
        open(1).close();
        assertThat(read(0)).isEmpty();
    }

    @Test
    void read_twoEpochs_givesTheirRecordsInOrder() throws IOException {
        try (Journal journal = open(1)) {
            append(journal, "a", "b");
            journal.turn();
            append(journal, "c");
            assertThat(journal.epoch()).isEqualTo(2);
        }
        assertThat(read(0)).containsExactly("1:a", "1:b", "2:c");
        assertThat(read(1)).containsExactly("2:c");
        assertThat(read(2)).isEmpty();
    }

    @Test
    void read_fileUsedAgain_hasNothingOfTheEarlierEpoch() throws IOException {
        try (Journal journal = open(1)) {
            append(journal, "one", "two", "three");
            journal.turn();
            append(journal, "four");
            journal.turn();
            append(journal, "new");
        }
        assertThat(read(0)).containsExactly("2:four", "3:new");
    }

    @Test
    void append_moreThanAFileGrowsAtOnce_isReadBack() throws IOException {
        String large = "x".repeat(3 << 20);
        try (Journal journal = open(1)) {
            append(journal, "small", large, "after");
            assertThat(journal.bytes()).isEqualTo(3 * HEADER_BYTES + 10 + large.length());
        }
        assertThat(read(0)).containsExactly("1:small", "1:" + large, "1:after");
    }

    @Test
    void read_lastRecordCutAtAnyByte_leavesItOut() throws IOException {
        try (Journal journal = open(1)) {
            append(journal, "first", "second");
        }
        int second = HEADER_BYTES + 5;
        for (int kept = HEADER_BYTES + 6 - 1; kept >= 0; kept--) {
            overwrite("journal.1", second + kept, new byte[]{0});
            assertThat(read(0)).containsExactly("1:first");
        }
    }

    @Test
    void read_damageBeforeTheLastRecord_isAnErrorUnlessPowerMayBeTheCause() throws IOException {
        try (Journal journal = open(1)) {
            append(journal, "first", "second", "third");
        }
        overwrite("journal.1", HEADER_BYTES + 5 + HEADER_BYTES, new byte[]{'S'});
        assertThatThrownBy(() -> read(0)).isInstanceOf(IOException.class).hasMessageContaining("journal.1")
                .hasMessageContaining("byte 21");
        assertThat(Journal.read(directory, Synchronous.NORMAL, epoch -> true)).hasSize(1);
    }
}
