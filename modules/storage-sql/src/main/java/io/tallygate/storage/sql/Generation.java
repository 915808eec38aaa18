package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Utf8Order;
import io.tallygate.storage.sql.Rows.FlushRow;
import io.tallygate.storage.sql.Rows.KeyRow;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rows as many transactions left them, by name and by section, and about how much memory they take. Mutable; not
 * thread-safe.
 */
final class Generation {

    /** Of a row of a book: its entry in a map, its content, and its id but for the characters. */
    private static final int ROW_BYTES = 112;
    /** The same of a row of flushes or of keys, which has more fields. */
    private static final int RECORD_BYTES = 192;

    /** The rows of one book. */
    private static final class Sections {
        /** By section, then by id. */
        final Map<String, Map<String, Content>> rows = new HashMap<>();
        final NavigableSet<String> names = new TreeSet<>(Utf8Order::compare);

        Map<String, Content> toPut(String section) {
            Map<String, Content> found = rows.get(section);
            if (found == null) {
                found = new HashMap<>();
                rows.put(section, found);
                names.add(section);
            }
            return found;
        }
    }

    private final Map<Book, Sections> books = new HashMap<>();
    private final Map<String, FlushRow> flushes = new HashMap<>();
    private final Map<String, KeyRow> keys = new HashMap<>();
    private int contents;
    private long bytes;

    /** Makes its rows what a later transaction left. */
    void putAll(Rows later) {
        later.contents().forEach(this::put);
        later.flushes().forEach((writer, row) -> {
            FlushRow before = flushes.put(writer, row);
            bytes += before == null ? RECORD_BYTES + writer.length() : -before.result().length;
            bytes += row.result().length;
        });
        later.keys().forEach((id, row) -> {
            KeyRow before = keys.put(id, row);
            bytes += before == null ? RECORD_BYTES + id.length() : -before.outcomes().length;
            bytes += row.outcomes().length;
        });
    }

    private void put(RowKey row, Content content) {
        Content before = books.computeIfAbsent(row.book(), book -> new Sections()).toPut(row.section())
                .put(row.id(), content);
        if (before == null) {
            contents++;
            bytes += ROW_BYTES + row.id().length();
        } else {
            bytes -= documentBytes(before);
        }
        bytes += documentBytes(content);
    }

    private static int documentBytes(Content content) {
        return content instanceof Content.OfDocument row ? row.document().length() : 0;
    }

    /** What is in a row's place; null when that is not known here. */
    @Nullable
    Content get(RowKey row) {
        return section(row.book(), row.section()).get(row.id());
    }

    /** By id: what is known of a section. */
    Map<String, Content> section(Book book, String section) {
        Sections sections = books.get(book);
        Map<String, Content> found = sections == null ? null : sections.rows.get(section);
        return found == null ? Map.of() : found;
    }

    /** The books of which something is known. */
    Set<Book> books() {
        return books.keySet();
    }

    /** The sections of a book of which something is known, in their order. */
    NavigableSet<String> sections(Book book) {
        Sections sections = books.get(book);
        return sections == null ? Collections.emptyNavigableSet() : sections.names;
    }

    /** By writer. */
    Map<String, FlushRow> flushes() {
        return flushes;
    }

    /** By id. */
    Map<String, KeyRow> keys() {
        return keys;
    }

    int size() {
        return contents + flushes.size() + keys.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** About how much memory it takes. */
    long bytes() {
        return bytes;
    }
}
