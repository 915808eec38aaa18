package io.tallygate.cache;

import io.tallygate.cache.Invalidation.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes that L2 has not confirmed: the strongest of each key, at most {@value #KEYS_MAX}, beyond that one of all
 * keys. Thread-safe. As long as a key is among them L2 is not asked about it, because it may still have what is
 * invalid.
 */
final class PendingChanges {

    static final int KEYS_MAX = 10_000;

    /** Guarded by this, as is the next. */
    private final Map<String, Change> byKey = new LinkedHashMap<>();
    private @Nullable Change ofAll;
    private volatile int count;

    /** What has to be sent. Compared by identity: one that came later is not confirmed with it. */
    static final class Change {

        final Invalidation what;

        private Change(Invalidation what) {
            this.what = what;
        }
    }

    /** It has to be sent. */
    synchronized Change add(Invalidation wanted) {
        Change change = wanted.key().isPresent() ? addKey(wanted, wanted.key().get()) : addAll(wanted.kind());
        count = byKey.size() + (ofAll == null ? 0 : 1);
        return change;
    }

    private Change addKey(Invalidation wanted, String key) {
        Change before = byKey.get(key);
        if (before == null && byKey.size() == KEYS_MAX) {
            return addAll(Kind.INVALIDATE);
        }
        var change = new Change(stronger(wanted, before));
        byKey.put(key, change);
        return change;
    }

    private Change addAll(Kind kind) {
        if (kind == Kind.INVALIDATE) {
            byKey.clear();
        }
        var change = new Change(stronger(new Invalidation(kind, Optional.empty()), ofAll));
        ofAll = change;
        return change;
    }

    private static Invalidation stronger(Invalidation wanted, @Nullable Change before) {
        return before != null && before.what.kind() == Kind.INVALIDATE ? before.what : wanted;
    }

    /** It was sent. */
    synchronized void confirmed(Change change) {
        if (ofAll == change) {
            ofAll = null;
        } else {
            change.what.key().ifPresent(key -> byKey.remove(key, change));
        }
        count = byKey.size() + (ofAll == null ? 0 : 1);
    }

    /** Some that have to be sent, that of all keys first. */
    synchronized List<Change> some(int most) {
        var some = new ArrayList<Change>();
        if (ofAll != null) {
            some.add(ofAll);
        }
        byKey.values().stream().limit(most).forEach(some::add);
        return some;
    }

    boolean covers(String key) {
        return count > 0 && contains(key);
    }

    private synchronized boolean contains(String key) {
        return ofAll != null || byKey.containsKey(key);
    }

    int count() {
        return count;
    }
}
