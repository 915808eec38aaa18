package io.tallygate.counter;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * One type's sums in windows. A commit touches the open bucket of the finest ring alone; a bucket is merged upwards when
 * it closes, so each row costs a few more updates, once. Thread-safe.
 */
final class WindowBoard {

    /** Enough that merging one window's buckets never makes a sketch forget: 12 closed and 2 open ones fit. */
    static final int MERGED_FACTOR = 16;

    private final Object identity = new Object();
    private final int mapSize;
    private final WindowRing day;
    private final WindowRing hour;
    private final WindowRing minute;
    /** Guards the rings. */
    private final WriterLock lock = new WriterLock();
    private volatile long writtenAtMillis;

    WindowBoard(int mapSize) {
        this.mapSize = mapSize;
        this.day = new WindowRing(Window.DAY, mapSize, null);
        this.hour = new WindowRing(Window.HOUR, mapSize, day);
        this.minute = new WindowRing(Window.MINUTE, mapSize, hour);
    }

    /**
     * A window in parts that no commit changes.
     *
     * @param number which finest bucket is open
     * @param recent what that bucket holds
     * @param older  the rest of the window, to be merged; empty when the caller knows it
     */
    record Parts(long number, Tally recent, List<Tally> older) {}

    void add(String resourceId, long delta, long nowMillis) {
        lock.lockAsWriter();
        try {
            minute.advance(nowMillis);
            minute.add(resourceId, delta);
            writtenAtMillis = nowMillis;
        } finally {
            lock.unlock();
        }
    }

    /** @param knownNumber the {@link Parts#number} for which the caller has the older part already */
    Parts parts(Window window, long nowMillis, long knownNumber) {
        lock.lockAsReader();
        try {
            minute.advance(nowMillis);
            var recent = copied(mapSize, minute.open());
            long number = minute.openNumber();
            if (number == knownNumber) {
                return new Parts(number, recent, List.of());
            }
            int mergedSize = MERGED_FACTOR * mapSize;
            var older = switch (window) {
                case MINUTE -> minute.closed();
                case HOUR -> with(hour.closed(), copied(mergedSize, hour.open()));
                case DAY -> with(day.closed(), copied(mergedSize, hour.open(), day.open()));
                case ALL -> throw new IllegalArgumentException("all time is not made of buckets");
            };
            return new Parts(number, recent, older);
        } finally {
            lock.unlock();
        }
    }

    private static Tally copied(int mapSize, Tally... tallies) {
        var copy = new Tally(mapSize);
        for (Tally tally : tallies) {
            copy.merge(tally);
        }
        return copy;
    }

    private static List<Tally> with(List<Tally> closed, Tally open) {
        closed.add(open);
        return closed;
    }

    /** Tells boards apart without keeping them in memory. */
    Object identity() {
        return identity;
    }

    long writtenAtMillis() {
        return writtenAtMillis;
    }

    /** How many rows its buckets keep in memory. */
    int rows() {
        lock.lockAsWriter();
        try {
            return minute.rows() + hour.rows() + day.rows();
        } finally {
            lock.unlock();
        }
    }

    void writeTo(DataOutput out) throws IOException {
        lock.lockAsReader();
        try {
            out.writeLong(writtenAtMillis);
            minute.writeTo(out);
            hour.writeTo(out);
            day.writeTo(out);
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param savedMillis  when it was written, on the time line of the windows; what is later is dropped
     * @param unsureMillis how far the time that has passed since then may be wrong; windows with shorter buckets are
     *                     dropped
     */
    static WindowBoard readFrom(DataInput in, int mapSize, long savedMillis, long unsureMillis) throws IOException {
        var board = new WindowBoard(mapSize);
        board.writtenAtMillis = Math.min(in.readLong(), savedMillis);
        for (WindowRing ring : List.of(board.minute, board.hour, board.day)) {
            ring.readFrom(in);
            ring.dropFuture(savedMillis);
            ring.dropIfUnsure(unsureMillis);
        }
        return board;
    }
}
