package io.tallygate.storage.sql;

import io.tallygate.counter.CounterKey;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Rows of the three tables as some transactions left them. Mutable; not thread-safe. */
final class Rows {

    /** The last flush of a writer. */
    record FlushRow(long sequence, long appliedAtMillis, byte[] result) {}

    /** What became of the request with a key. */
    record KeyRow(String fingerprint, long expiresAtMillis, byte[] outcomes) {}

    private final Map<CounterKey, OptionalLong> counters = new HashMap<>();
    private final Map<String, FlushRow> flushes = new HashMap<>();
    private final Map<String, KeyRow> keys = new HashMap<>();

    /** By counter: its value, or empty when its row is gone. */
    Map<CounterKey, OptionalLong> counters() {
        return counters;
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
        counters.putAll(later.counters);
        flushes.putAll(later.flushes);
        keys.putAll(later.keys);
    }

    int size() {
        return counters.size() + flushes.size() + keys.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }
}
