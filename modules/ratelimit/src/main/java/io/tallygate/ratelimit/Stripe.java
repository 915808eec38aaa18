package io.tallygate.ratelimit;

import io.tallygate.ratelimit.Candidates.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A part of the keys of a {@link MemoryStore}, within a bound of bytes. Guarded by its lock, which is held by whoever calls
 * any other method.
 *
 * <p>When there is no room, keys give way: first those whose state is as good as none, then the one nearest its reset, never
 * one that now denies a single hit. Looking at all keys takes some hundred microseconds, so a look remembers the nearest of
 * them, one in {@value #CANDIDATES_SHARE}, and there is one look for as many keys that gave way. Only a key that denied at
 * the last look, and since then does not, is overlooked in a large stripe, until a quarter of those are gone.
 */
final class Stripe {

    /** What cannot be evicted. */
    private static final long NEVER = Long.MAX_VALUE;
    /** What has expired. */
    private static final long LONG_AGO = 0;
    private static final int CANDIDATES_MIN = 16;
    private static final int CANDIDATES_SHARE = 256;

    final ReentrantLock lock = new ReentrantLock();
    private final long bytesMax;
    private final Table table = new Table();
    private final Shapes shapes = new Shapes();
    private final Lists lists = new Lists();
    private final Candidates candidates = new Candidates();
    private final Entry looked = new Entry(this);
    /** When the first of the keys that denied at the last look stops denying. */
    private long lookAgainNanos = Long.MIN_VALUE;
    private long evictedSinceLook;
    private long reservedBytes;
    private final AtomicLong evictions = new AtomicLong();

    Stripe(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    int size() {
        return table.size();
    }

    long bytes() {
        return table.bytes() + shapes.bytes() + lists.bytes();
    }

    /** Keys that gave way before their time. May be called without the lock. */
    long evictions() {
        return evictions.get();
    }

    /** Brings the state of the key that an entry is at, which may be none. */
    void load(Entry entry) {
        entry.slot = table.find(entry.high, entry.low);
        entry.version = table.version();
        entry.clear();
        entry.listBytes = 0;
        if (entry.slot >= 0) {
            loadFrom(entry.slot, entry);
        }
    }

    private Limit loadFrom(int slot, Entry entry) {
        Limit limit = shapes.get(table.get(slot, Table.SHAPE));
        long used = table.get(slot, Table.USED);
        entry.is(limit, used, table.get(slot, Table.AT), table.get(slot, Table.EXTRA));
        if (isList(limit)) {
            Listed list = lists.get(used);
            entry.listBytes = Lists.bytes(list);
            entry.log = list instanceof TimedCounts log ? log : null;
            entry.leases = list instanceof Leases leases ? leases : null;
        }
        return limit;
    }

    /** Shows every key, with its state as it is kept. */
    <X extends Exception> void forEach(Visitor<X> visitor) throws X {
        for (int slot = 0; slot < table.capacity(); slot++) {
            if (table.isOccupied(slot)) {
                looked.at(this, table.high(slot), table.low(slot));
                looked.clear();
                visitor.visit(looked, loadFrom(slot, looked));
            }
        }
    }

    /** Puts a key back that is not there, with the state of the entry, if there is room for it. */
    void restore(Entry entry, Limit limit, long nanos) {
        entry.slot = -1;
        entry.version = table.version();
        entry.listBytes = 0;
        try {
            prepare(entry, limit, entry, nanos);
        } catch (LimitStoreFullException full) {
            evictions.incrementAndGet();
        } finally {
            store(entry);
        }
    }

    interface Visitor<X extends Exception> {

        void visit(Entry entry, Limit limit) throws X;
    }

    private static boolean isList(Limit limit) {
        return switch (limit.algorithm()) {
            case SLIDING_LOG, CONCURRENCY -> true;
            case FIXED_WINDOW, TOKEN_BUCKET, SLIDING_WINDOW -> false;
        };
    }

    /**
     * Makes room for hits that will be counted, and a place for a key that has none. Other keys may give way to it.
     *
     * @throws LimitStoreFullException when no other key may; then the key is as it was
     */
    void prepare(Entry entry, Limit limit, Asked asked, long nanos) {
        int slot = slot(entry);
        boolean known = slot >= 0 && shapes.get(table.get(slot, Table.SHAPE)).equals(limit);
        long bytes = (known ? 0 : shapes.growthBytes(limit)) + listGrowthBytes(entry, limit);
        if (bytes > 0) {
            makeRoomForBytes(bytes, asked, nanos);
            reservedBytes += bytes;
            entry.reservedBytes += bytes;
        }
        if (slot < 0) {
            makeRoomForKey(asked, nanos);
            entry.slot = table.add(entry.high, entry.low, shapes.retain(limit));
            entry.version = table.version();
            if (isList(limit)) {
                table.set(entry.slot, Table.USED, lists.add());
            }
            candidates.offer(entry.high, entry.low, LONG_AGO);
        }
    }

    private static long listGrowthBytes(Entry entry, Limit limit) {
        Listed list = entry.list();
        if (list != null && entry.slot < 0) {
            return Lists.PLACE_BYTES + list.bytes();
        }
        return switch (list) {
            case TimedCounts log -> log.growthBytes(limit.requests());
            case Leases leases -> leases.growthBytes();
            case null -> Lists.firstBytes(limit.algorithm());
        };
    }

    private int slot(Entry entry) {
        if (entry.version != table.version()) {
            entry.slot = table.find(entry.high, entry.low);
            entry.version = table.version();
        }
        return entry.slot;
    }

    /** Keeps the state of an entry, if it has changed and its key has a place, which was prepared for it. */
    void store(Entry entry) {
        Limit limit = entry.limit();
        int slot = entry.changed ? slot(entry) : -1;
        if (slot >= 0 && limit != null) {
            long shape = table.get(slot, Table.SHAPE);
            if (!shapes.get(shape).equals(limit)) {
                reshape(slot, shape, limit);
            }
            if (isList(limit)) {
                lists.set(table.get(slot, Table.USED), entry.list(), entry.listBytes);
            } else {
                table.set(slot, Table.USED, entry.used);
                table.set(slot, Table.AT, entry.at);
                table.set(slot, Table.EXTRA, entry.extra);
            }
        }
        reservedBytes -= entry.reservedBytes;
        entry.reservedBytes = 0;
    }

    private void reshape(int slot, long former, Limit limit) {
        if (isList(shapes.get(former)) && !isList(limit)) {
            lists.remove(table.get(slot, Table.USED));
        } else if (!isList(shapes.get(former)) && isList(limit)) {
            table.set(slot, Table.USED, lists.add());
        }
        table.set(slot, Table.SHAPE, shapes.retain(limit));
        shapes.release(former);
    }

    /** Forgets the key that an entry is at. */
    void remove(Entry entry) {
        int slot = slot(entry);
        if (slot >= 0) {
            removeSlot(slot);
        }
    }

    private void removeSlot(int slot) {
        long shape = table.get(slot, Table.SHAPE);
        if (isList(shapes.get(shape))) {
            lists.remove(table.get(slot, Table.USED));
        }
        shapes.release(shape);
        table.remove(slot);
    }

    private void makeRoomForKey(Asked asked, long nanos) {
        int capacityMax = (int) Math.min(Integer.MAX_VALUE / 8,
                (bytesMax - reservedBytes - shapes.bytes() - lists.bytes()) / Table.SLOT_BYTES);
        if (!table.hasRoom() && table.capacity() + table.capacity() / 16 < capacityMax) {
            purge(nanos);
            int wanted = Math.min(capacityMax, Math.max(Table.CAPACITY_MIN, 2 * table.size()));
            if (wanted > table.capacity() || wanted < table.capacity() / 4) {
                table.resize(wanted);
            }
        }
        while (!table.hasRoom()) {
            evict(asked, nanos);
        }
    }

    private void makeRoomForBytes(long bytes, Asked asked, long nanos) {
        if (bytes + Table.CAPACITY_MIN * Table.SLOT_BYTES > bytesMax) {
            throw new LimitStoreFullException(bytesMax);
        }
        for (long missing = missing(bytes); missing > 0; missing = missing(bytes)) {
            int needed = Table.capacityFor(table.size());
            long spare = (long) (table.capacity() - needed) * Table.SLOT_BYTES;
            if (spare >= missing || (spare > 0 && spare >= table.bytes() / CANDIDATES_SHARE)) {
                table.resize(needed);
            } else {
                evict(asked, nanos);
            }
        }
    }

    private long missing(long bytes) {
        return bytes() + reservedBytes + bytes - bytesMax;
    }

    /** Removes what is as good as none. */
    private void purge(long nanos) {
        for (int slot = 0; slot < table.capacity(); slot++) {
            // What was behind it may have moved here.
            while (table.isOccupied(slot) && resetNanos(slot, nanos) == LONG_AGO) {
                removeSlot(slot);
            }
        }
    }

    /** When the state of a slot will be as good as none; {@link #LONG_AGO} if it is, {@link #NEVER} if it denies. */
    private long resetNanos(int slot, long nanos) {
        looked.clear();
        looked.listBytes = 0;
        Limit limit = loadFrom(slot, looked);
        Transition transition = limit.algorithm().transition();
        long now = limit.tick().of(nanos);
        if (transition.isFarAhead(limit, looked, now)) {
            lookAgainNanos = Math.min(lookAgainNanos, nanos + limit.windowNanos(nanos));
            return NEVER;
        }
        transition.refresh(limit, looked, now);
        if (transition.isBlank(looked)) {
            return LONG_AGO;
        }
        boolean denies = !transition.admits(limit, looked, now, 1);
        transition.report(limit, looked, now, 1);
        if (denies) {
            long until = limit.hitsMax() == 0
                    ? transition.resetAt(limit, looked, now)
                    : transition.retryAt(limit, looked, 1);
            lookAgainNanos = Math.min(lookAgainNanos, Saturating.times(until, limit.tick().nanos()));
            return NEVER;
        }
        return Saturating.times(transition.resetAt(limit, looked, now), limit.tick().nanos());
    }

    /** Removes the key that gives way first, but none that is asked for now. */
    private void evict(Asked asked, long nanos) {
        boolean lookDue = nanos >= lookAgainNanos && evictedSinceLook >= table.size() / (4 * CANDIDATES_SHARE);
        if (!lookDue && evictCandidate(asked, nanos)) {
            return;
        }
        if (!candidates.areAll() || nanos >= lookAgainNanos) {
            look(asked, nanos);
            if (evictCandidate(asked, nanos)) {
                return;
            }
        }
        throw new LimitStoreFullException(bytesMax);
    }

    private void look(Asked asked, long nanos) {
        var look = candidates.new Look(Math.max(CANDIDATES_MIN, table.size() / CANDIDATES_SHARE));
        lookAgainNanos = Long.MAX_VALUE;
        evictedSinceLook = 0;
        for (int slot = 0; slot < table.capacity(); slot++) {
            long reset = table.isOccupied(slot) ? resetNanos(slot, nanos) : NEVER;
            if (reset != NEVER) {
                if (asked.asks(table.high(slot), table.low(slot))) {
                    look.leaveOut();
                } else {
                    look.see(table.high(slot), table.low(slot), reset);
                }
            }
        }
        look.end();
    }

    /** Whether a candidate could give way. */
    private boolean evictCandidate(Asked asked, long nanos) {
        List<Candidate> spared = new ArrayList<>();
        boolean evicted = false;
        while (!evicted) {
            Candidate next = candidates.poll();
            if (next == null) {
                break;
            }
            int slot = table.find(next.high(), next.low());
            long reset = slot < 0 ? NEVER : resetNanos(slot, nanos);
            if (reset != NEVER && asked.asks(next.high(), next.low())) {
                spared.add(next);
            } else if (reset != NEVER && reset > next.resetNanos()) {
                candidates.offer(next.high(), next.low(), reset);
            } else if (reset != NEVER) {
                removeSlot(slot);
                evicted = true;
                evictedSinceLook++;
                evictions.addAndGet(reset == LONG_AGO ? 0 : 1);
            }
        }
        spared.forEach(spare -> candidates.offer(spare.high(), spare.low(), spare.resetNanos()));
        return evicted;
    }
}
