package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Utf8Order;
import io.tallygate.storage.sql.Rows.FlushRow;
import io.tallygate.storage.sql.Rows.KeyRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

    private Generation current = new Generation();
    private Generation sealed = new Generation();
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
    synchronized Generation seal(Runnable onSeal) {
        if (sealedIsWritten && !current.isEmpty()) {
            sealed = current;
            current = new Generation();
            sealedIsWritten = false;
            seals++;
            onSeal.run();
        }
        return unwritten();
    }

    /** Takes, before all others, rows that an earlier run committed and did not write to the file. */
    synchronized void recover(Rows rows) {
        sealed.putAll(rows);
        sealedIsWritten = rows.isEmpty();
    }

    /** The rows that are sealed and not written. */
    synchronized Generation unwritten() {
        return sealedIsWritten ? new Generation() : sealed;
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

    /** About how much memory these take. */
    synchronized long waitingBytes() {
        return current.bytes();
    }

    /** What is known here of rows, as it is at one moment; null of those of which nothing is. */
    synchronized @Nullable Content[] contents(List<RowKey> rows) {
        @Nullable
        Content[] known = new @Nullable Content[rows.size()];
        for (int i = 0; i < known.length; i++) {
            Content content = current.get(rows.get(i));
            known[i] = content != null ? content : sealed.get(rows.get(i));
        }
        return known;
    }

    /** By id: all rows of a section that are here, or are known to be gone. */
    synchronized Map<String, Content> contents(Book book, String section) {
        Map<String, Content> found = new HashMap<>(sealed.section(book, section));
        found.putAll(current.section(book, section));
        return found;
    }

    /** Offers the rows of one section that are here and behind an id. */
    synchronized void offer(Book book, String section, String afterId, FirstRows rows) {
        Map<String, Content> newer = current.section(book, section);
        offer(newer, Map.of(), book, section, afterId, rows);
        offer(sealed.section(book, section), newer, book, section, afterId, rows);
    }

    /** The same of all sections up to one. */
    synchronized void offerThrough(Book book, String throughSection, FirstRows rows) {
        var sections = new HashSet<>(current.sections(book).headSet(throughSection, true));
        sections.addAll(sealed.sections(book).headSet(throughSection, true));
        sections.forEach(section -> offer(book, section, "", rows));
    }

    private static void offer(Map<String, Content> contents, Map<String, Content> newer, Book book, String section,
            String afterId, FirstRows rows) {
        contents.forEach((id, content) -> {
            if (content.isPresent() && Utf8Order.compare(id, afterId) > 0 && !newer.containsKey(id)) {
                rows.offer(new RowKey(book, section, id, 0), content);
            }
        });
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

    private static boolean any(Generation rows, Predicate<KeyRow> keys, Predicate<FlushRow> flushes) {
        return rows.keys().values().stream().anyMatch(keys) || rows.flushes().values().stream().anyMatch(flushes);
    }
}
