package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import io.tallygate.storage.sql.Rows.FlushRow;
import io.tallygate.storage.sql.Rows.KeyRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The committed rows that the file does not have yet, over some that it has. Thread-safe.
 *
 * <p>There are two generations: the current one takes what is committed, and once in a while becomes the sealed one,
 * which a checkpoint writes to the file. A sealed generation stays until the next takes its place, because what was
 * changed lately is likely to be changed again.
 */
final class Overlay {

    private Rows current = new Rows();
    private Rows sealed = new Rows();
    private boolean sealedIsWritten = true;
    private long seals;

    /** Takes the rows of one transaction, all at once. */
    synchronized void commit(Rows changes) {
        current.putAll(changes);
    }

    /**
     * The rows to write next: those that were sealed and not {@link #written}, else the current ones, which this seals.
     * Then {@code onSeal} runs before anything else is committed.
     */
    synchronized Rows seal(Runnable onSeal) {
        if (sealedIsWritten && !current.isEmpty()) {
            sealed = current;
            current = new Rows();
            sealedIsWritten = false;
            seals++;
            onSeal.run();
        }
        return unwritten();
    }

    /** Takes, before all others, rows that an earlier run committed and did not write to the file. */
    synchronized void recover(Rows rows) {
        sealed = rows;
        sealedIsWritten = rows.isEmpty();
    }

    /** The rows that are sealed and not written. */
    synchronized Rows unwritten() {
        return sealedIsWritten ? new Rows() : sealed;
    }

    /** The file has the sealed rows. */
    synchronized void written() {
        sealedIsWritten = true;
    }

    /** Changes whenever rows that only the file has may be newer than what was read of it before. */
    synchronized long seals() {
        return seals;
    }

    /** How many rows wait to be sealed. */
    synchronized int waiting() {
        return current.size();
    }

    /** What is known here of rows, as it is at one moment: a value, empty for no row, or null for nothing. */
    synchronized @Nullable OptionalLong[] numbers(List<RowKey> rows) {
        @Nullable
        OptionalLong[] known = new @Nullable OptionalLong[rows.size()];
        for (int i = 0; i < known.length; i++) {
            OptionalLong value = current.numbers().get(rows.get(i));
            known[i] = value != null ? value : sealed.numbers().get(rows.get(i));
        }
        return known;
    }

    /** By id: all rows of a section that are here, or are known to be gone. */
    synchronized Map<String, OptionalLong> numbers(Book book, String section) {
        Map<String, OptionalLong> found = new HashMap<>();
        for (Rows generation : List.of(sealed, current)) {
            generation.numbers().forEach((row, value) -> {
                if (row.section().equals(section) && row.book().equals(book)) {
                    found.put(row.id(), value);
                }
            });
        }
        return found;
    }

    synchronized @Nullable FlushRow flush(String writer) {
        FlushRow row = current.flushes().get(writer);
        return row != null ? row : sealed.flushes().get(writer);
    }

    synchronized @Nullable KeyRow key(String id) {
        KeyRow row = current.keys().get(id);
        return row != null ? row : sealed.keys().get(id);
    }

    /** Whether any row that the file may not have yet is one of these. */
    synchronized boolean anyUnwritten(Predicate<KeyRow> keys, Predicate<FlushRow> flushes) {
        return any(current, keys, flushes) || (!sealedIsWritten && any(sealed, keys, flushes));
    }

    private static boolean any(Rows rows, Predicate<KeyRow> keys, Predicate<FlushRow> flushes) {
        return rows.keys().values().stream().anyMatch(keys) || rows.flushes().values().stream().anyMatch(flushes);
    }
}
