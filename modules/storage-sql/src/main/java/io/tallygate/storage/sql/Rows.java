package io.tallygate.storage.sql;

import io.tallygate.ledger.RowKey;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Rows of the books, of flushes and of keys, as some transactions left them. Mutable; not thread-safe. */
final class Rows {

    /** The last flush of a writer. */
    record FlushRow(long sequence, long appliedAtMillis, byte[] result) {}

    /** What became of the request with a key. */
    record KeyRow(String fingerprint, long expiresAtMillis, byte[] outcomes) {}

    private final Map<RowKey, OptionalLong> numbers = new HashMap<>();
    private final Map<String, FlushRow> flushes = new HashMap<>();
    private final Map<String, KeyRow> keys = new HashMap<>();

    /** By name: the row's value, or empty when it is gone. */
    Map<RowKey, OptionalLong> numbers() {
        return numbers;
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
        numbers.putAll(later.numbers);
        flushes.putAll(later.flushes);
        keys.putAll(later.keys);
    }

    int size() {
        return numbers.size() + flushes.size() + keys.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }
}
