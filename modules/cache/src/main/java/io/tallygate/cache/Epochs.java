package io.tallygate.cache;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts what was told of keys, so that a read knows whether anything was since it began. Keys share counts: at worst
 * a value is read again for another key's sake. Thread-safe.
 */
final class Epochs {

    private static final int STRIPES = 1_024;

    private final AtomicLongArray ofKeys = new AtomicLongArray(STRIPES);
    private final AtomicLong ofAll = new AtomicLong();

    /** Only rises. */
    long of(String key) {
        return ofAll.get() + ofKeys.get(stripe(key));
    }

    void told(String key) {
        ofKeys.incrementAndGet(stripe(key));
    }

    void toldOfAll() {
        ofAll.incrementAndGet();
    }

    private static int stripe(String key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }
}
