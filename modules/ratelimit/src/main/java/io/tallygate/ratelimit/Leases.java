package io.tallygate.ratelimit;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Permits that are held, each until the end of its lease: those with a name, and those without. Each of the two lists is in
 * the order of ends: a lease that is taken or renewed goes last, and never ends before those that are there. Not thread-safe.
 */
final class Leases implements Listed {

    /** The objects and the head of the map's table, rounded up. */
    private static final int BASE_BYTES = 256;
    /** An entry of the map with its key, its value and its share of the table. */
    static final int NAMED_BYTES = 160;

    private final TimedCounts unnamed = new TimedCounts();
    private final LinkedHashMap<Name, Held> named = new LinkedHashMap<>();
    private long namedPermits;

    /** What a lease is known by: 128 random bits. */
    record Name(long high, long low) {}

    /** What is held under a name. */
    record Held(long end, long permits) {}

    interface Visitor<X extends Exception> {

        void visit(Name name, Held held) throws X;
    }

    boolean isEmpty() {
        return unnamed.isEmpty() && named.isEmpty();
    }

    long permits() {
        return unnamed.total() + namedPermits;
    }

    /** The latest end; not when nothing is held. */
    long lastEnd() {
        return Math.max(unnamed.isEmpty() ? Long.MIN_VALUE : unnamed.newest(), lastNamedEnd());
    }

    private long lastNamedEnd() {
        Map.Entry<Name, Held> last = named.lastEntry();
        return last == null ? Long.MIN_VALUE : last.getValue().end();
    }

    @Override
    public long bytes() {
        return BASE_BYTES + unnamed.bytes() + (long) NAMED_BYTES * named.size();
    }

    static long firstBytes() {
        return BASE_BYTES + TimedCounts.firstBytes() + NAMED_BYTES;
    }

    /** By how much {@link #bytes} grows at most with one more lease. */
    long growthBytes() {
        return unnamed.growthBytes(Long.MAX_VALUE) + NAMED_BYTES;
    }

    /**
     * Takes permits, under a name or without one.
     *
     * @param end when they end, but not before those that are listed
     */
    void add(@Nullable Name name, long end, long permits) {
        if (name == null) {
            unnamed.append(end, permits, Long.MAX_VALUE);
            return;
        }
        long held = remove(name);
        named.put(name, new Held(Math.max(end, lastNamedEnd()), held + permits));
        namedPermits += held + permits;
    }

    /** The permits whose leases end later. */
    long permitsAfter(long time) {
        long left = unnamed.totalAfter(time) + namedPermits;
        for (Held held : named.values()) {
            if (held.end() > time) {
                break;
            }
            left -= held.permits();
        }
        return left;
    }

    boolean holds(Name name) {
        return named.containsKey(name);
    }

    /** When a lease ends; not when it is not held. */
    long endOf(Name name) {
        Held held = named.get(name);
        if (held == null) {
            throw new IllegalArgumentException("not held: " + name);
        }
        return held.end();
    }

    /** Lets one that is held end later. */
    void renew(Name name, long end) {
        add(name, end, 0);
    }

    /** Ends one, and says how many permits it held. */
    long remove(Name name) {
        Held held = named.remove(name);
        if (held == null) {
            return 0;
        }
        namedPermits -= held.permits();
        return held.permits();
    }

    /** Ends the oldest of those without a name. */
    void removeOldestUnnamed(long permits) {
        unnamed.removeOldest(permits);
    }

    void dropThrough(long time) {
        unnamed.dropThrough(time);
        Iterator<Held> eldest = named.values().iterator();
        while (eldest.hasNext()) {
            Held held = eldest.next();
            if (held.end() > time) {
                break;
            }
            namedPermits -= held.permits();
            eldest.remove();
        }
    }

    /** The time by which so many permits are free, if each lease ends at its own; at most {@link #permits}. */
    long timeOf(long permits) {
        Iterator<Held> rest = named.values().iterator();
        @Nullable
        Held next = rest.hasNext() ? rest.next() : null;
        long free = 0;
        for (int place = 0; place < unnamed.size() || next != null;) {
            long end;
            if (next != null && (place == unnamed.size() || next.end() <= unnamed.time(place))) {
                end = next.end();
                free += next.permits();
                next = rest.hasNext() ? rest.next() : null;
            } else {
                end = unnamed.time(place);
                free += unnamed.count(place++);
            }
            if (free >= permits) {
                return end;
            }
        }
        throw new IllegalArgumentException(permits + " of " + permits());
    }

    /** All leases at one end. */
    void moveTo(long end) {
        unnamed.moveTo(end);
        named.replaceAll((_, held) -> new Held(end, held.permits()));
    }

    /** Those without a name, to be read. */
    TimedCounts unnamed() {
        return unnamed;
    }

    <X extends Exception> void forEachNamed(Visitor<X> visitor) throws X {
        for (Map.Entry<Name, Held> entry : named.entrySet()) {
            visitor.visit(entry.getKey(), entry.getValue());
        }
    }

    int namedSize() {
        return named.size();
    }
}
