package io.tallygate.ratelimit;

/**
 * Counts with a time each, which never falls from one to the next. A ring in an array of longs, which grows and never
 * shrinks. Not thread-safe.
 */
final class TimedCounts implements Listed {

    /** The object and the head of its array, rounded up. */
    private static final int BASE_BYTES = 56;
    private static final int ENTRY_BYTES = 2 * Long.BYTES;
    private static final int FIRST_ENTRIES = 2;

    private long[] ring = new long[2 * FIRST_ENTRIES];
    private int first;
    private int size;
    private long total;

    interface Visitor<X extends Exception> {

        void visit(long time, long count) throws X;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The sum of the counts. */
    long total() {
        return total;
    }

    /** The last entry's time; not when it is empty. */
    long newest() {
        return time(size - 1);
    }

    /** The first entry's time; not when it is empty. */
    long oldest() {
        return time(0);
    }

    @Override
    public long bytes() {
        return bytes(ring.length / 2);
    }

    /** By how much {@link #bytes} grows at most with one more entry, if there may be so many of them. */
    long growthBytes(long entriesMax) {
        return isFull() && size < entriesMax ? bytes(grown(entriesMax)) - bytes() : 0;
    }

    private boolean isFull() {
        return 2 * size == ring.length;
    }

    /** Twice as many entries, or as many as there may be. */
    private int grown(long entriesMax) {
        return (int) Math.min(2L * size, Math.max(entriesMax, size + 1L));
    }

    /** What one with a single entry holds. */
    static long firstBytes() {
        return bytes(FIRST_ENTRIES);
    }

    private static long bytes(int entries) {
        return BASE_BYTES + (long) ENTRY_BYTES * entries;
    }

    private int index(int place) {
        int index = first + 2 * place;
        return index < ring.length ? index : index - ring.length;
    }

    private void makeRoom(long entriesMax) {
        if (isFull()) {
            var larger = new long[2 * grown(entriesMax)];
            int head = ring.length - first;
            System.arraycopy(ring, first, larger, 0, head);
            System.arraycopy(ring, 0, larger, head, first);
            ring = larger;
            first = 0;
        }
    }

    /**
     * Adds a count at a time, or at that of the newest entry if it is earlier. When there are as many entries as there may
     * be, the newest takes the count and the time, which keeps what it held for longer than it should be.
     */
    void append(long time, long count, long entriesMax) {
        long added = Math.min(count, Limit.COUNT_MAX - total);
        total += added;
        if (size > 0 && (size >= entriesMax || newest() >= time)) {
            int last = index(size - 1);
            ring[last] = Math.max(ring[last], time);
            ring[last + 1] += added;
            return;
        }
        makeRoom(entriesMax);
        int next = index(size);
        ring[next] = time;
        ring[next + 1] = added;
        size++;
    }

    /** The sum of the counts that have a later time. */
    long totalAfter(long time) {
        long left = total;
        for (int place = 0; place < size && time(place) <= time; place++) {
            left -= count(place);
        }
        return left;
    }

    /** Drops what has a time up to this one. */
    void dropThrough(long time) {
        while (size > 0 && oldest() <= time) {
            dropOldest();
        }
    }

    private void dropOldest() {
        total -= ring[first + 1];
        first = index(1);
        size--;
    }

    /** Takes the oldest counts away, at most all. */
    void removeOldest(long count) {
        long left = count;
        while (size > 0 && ring[first + 1] <= left) {
            left -= ring[first + 1];
            dropOldest();
        }
        if (size > 0) {
            ring[first + 1] -= left;
            total -= left;
        }
    }

    /** The time by which so many of the oldest counts are gone, if each goes at its own; at most {@link #total}. */
    long timeOf(long count) {
        long passed = 0;
        for (int place = 0; place < size; place++) {
            passed += count(place);
            if (passed >= count) {
                return time(place);
            }
        }
        throw new IllegalArgumentException(count + " of " + total);
    }

    /** All counts at one time. */
    void moveTo(long time) {
        long all = total;
        clear();
        if (all > 0) {
            append(time, all, 1);
        }
    }

    void clear() {
        first = 0;
        size = 0;
        total = 0;
    }

    /** The time of an entry, by its place from the oldest. */
    long time(int place) {
        return ring[index(place)];
    }

    /** The count of an entry, by its place from the oldest. */
    long count(int place) {
        return ring[index(place) + 1];
    }

    /** Oldest first. */
    <X extends Exception> void forEach(Visitor<X> visitor) throws X {
        for (int place = 0; place < size; place++) {
            visitor.visit(time(place), count(place));
        }
    }
}
