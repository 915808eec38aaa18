package io.tallygate.ratelimit;

/**
 * A hash table from 128 bits to four integers, in one array of longs: open addressing with linear probing, and deletion
 * that moves back what follows (D. E. Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm R), so that
 * no marks are left behind. Its capacity is any number; a key's home is its place in proportion among all keys. Not
 * thread-safe.
 */
final class Table {

    static final int USED = 2;
    static final int AT = 3;
    static final int EXTRA = 4;
    /** Never 0 where there is a key. */
    static final int SHAPE = 5;

    static final int CAPACITY_MIN = 16;
    private static final int HIGH = 0;
    private static final int LOW = 1;
    private static final int SLOT_LONGS = 6;
    static final int SLOT_BYTES = SLOT_LONGS * Long.BYTES;

    private long[] slots = new long[CAPACITY_MIN * SLOT_LONGS];
    private int capacity = CAPACITY_MIN;
    private int size;
    private int version;

    int size() {
        return size;
    }

    int capacity() {
        return capacity;
    }

    long bytes() {
        return (long) capacity * SLOT_BYTES;
    }

    /** Changes when a key may be in another slot than before. */
    int version() {
        return version;
    }

    /** Whether one more key may be added: the table is never fuller than three quarters. */
    boolean hasRoom() {
        return size < keysMax(capacity);
    }

    private static int keysMax(int capacity) {
        return capacity - capacity / 4 - 1;
    }

    /** The least capacity with which there may be so many keys. */
    static int capacityFor(int keys) {
        return Math.max(CAPACITY_MIN, Math.toIntExact((4L * (keys + 1L) + 2) / 3));
    }

    boolean isOccupied(int slot) {
        return get(slot, SHAPE) != 0;
    }

    long high(int slot) {
        return get(slot, HIGH);
    }

    long low(int slot) {
        return get(slot, LOW);
    }

    long get(int slot, int field) {
        return slots[slot * SLOT_LONGS + field];
    }

    void set(int slot, int field, long value) {
        slots[slot * SLOT_LONGS + field] = value;
    }

    private int home(long low) {
        return (int) Math.unsignedMultiplyHigh(low, capacity);
    }

    private int next(int slot) {
        return slot + 1 == capacity ? 0 : slot + 1;
    }

    /** The slot of a key, or -1. */
    int find(long high, long low) {
        int slot = home(low);
        while (isOccupied(slot)) {
            if (low(slot) == low && high(slot) == high) {
                return slot;
            }
            slot = next(slot);
        }
        return -1;
    }

    /** Adds a key that is not there, when there is room. */
    int add(long high, long low, long shape) {
        int slot = home(low);
        while (isOccupied(slot)) {
            slot = next(slot);
        }
        set(slot, HIGH, high);
        set(slot, LOW, low);
        set(slot, USED, 0);
        set(slot, AT, 0);
        set(slot, EXTRA, 0);
        set(slot, SHAPE, shape);
        size++;
        return slot;
    }

    /** Removes the key of a slot, which may be another's then. */
    void remove(int slot) {
        int hole = slot;
        for (int at = next(hole); isOccupied(at); at = next(at)) {
            if (!isBetween(hole, home(low(at)), at)) {
                System.arraycopy(slots, at * SLOT_LONGS, slots, hole * SLOT_LONGS, SLOT_LONGS);
                hole = at;
            }
        }
        set(hole, SHAPE, 0);
        size--;
        version++;
    }

    /** Whether a slot comes after one and not after another, going round. */
    private static boolean isBetween(int after, int slot, int upTo) {
        return after <= upTo ? after < slot && slot <= upTo : after < slot || slot <= upTo;
    }

    /** Moves all keys to a table of another capacity, which holds them. */
    void resize(int wanted) {
        long[] former = slots;
        slots = new long[Math.multiplyExact(wanted, SLOT_LONGS)];
        capacity = wanted;
        size = 0;
        for (int from = 0; from < former.length; from += SLOT_LONGS) {
            if (former[from + SHAPE] != 0) {
                int slot = add(former[from + HIGH], former[from + LOW], former[from + SHAPE]);
                System.arraycopy(former, from, slots, slot * SLOT_LONGS, SLOT_LONGS);
            }
        }
        version++;
    }
}
