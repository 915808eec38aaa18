package io.tallygate.storage.sql;

import io.tallygate.ledger.Document;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Worksheet;
import java.util.HashMap;
import java.util.Map;

/** Rows of the books, of flushes and of keys, as some transactions left them. Mutable; not thread-safe. */
final class Rows implements Worksheet.Changed {

    /** The last flush of a writer. */
    record FlushRow(long sequence, long appliedAtMillis, byte[] result) {}

    /** What became of the request with a key. */
    record KeyRow(String fingerprint, long expiresAtMillis, byte[] outcomes) {}

    private final Map<RowKey, Content> contents = new HashMap<>();
    private final Map<String, FlushRow> flushes = new HashMap<>();
    private final Map<String, KeyRow> keys = new HashMap<>();

    @Override
    public void number(RowKey row, long value) {
        contents.put(row, new Content.OfNumber(value));
    }

    @Override
    public void document(RowKey row, long version, Document document) {
        contents.put(row, new Content.OfDocument(version, document));
    }

    @Override
    public void gone(RowKey row) {
        contents.put(row, Content.Absent.ABSENT);
    }

    /** By name, of the books. */
    Map<RowKey, Content> contents() {
        return contents;
    }

    /** By writer. */
    Map<String, FlushRow> flushes() {
        return flushes;
    }

    /** By id. */
    Map<String, KeyRow> keys() {
        return keys;
    }

    /** Makes these rows what a later transaction left. */
    void putAll(Rows later) {
        contents.putAll(later.contents);
        flushes.putAll(later.flushes);
        keys.putAll(later.keys);
    }

    int size() {
        return contents.size() + flushes.size() + keys.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }
}
