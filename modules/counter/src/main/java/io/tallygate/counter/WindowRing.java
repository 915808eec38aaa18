package io.tallygate.counter;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One window's buckets: an open one, and the {@value #BUCKETS} before it, which together are as long as the window. A
 * bucket that closes stays here, unchanged from then on, and is merged into the open one of the next coarser ring. Time
 * never goes back here: what comes with an earlier time counts in the open bucket. Not thread-safe.
 */
final class WindowRing {

    static final int BUCKETS = 12;

    private final long bucketMillis;
    private final int mapSize;
    private final @Nullable WindowRing coarser;
    private final @Nullable Tally[] closed = new Tally[BUCKETS];
    private final long[] closedNumbers = new long[BUCKETS];
    private Tally open;
    private long openNumber;

    WindowRing(Window window, int mapSize, @Nullable WindowRing coarser) {
        this.bucketMillis = bucketMillis(window);
        this.mapSize = mapSize;
        this.coarser = coarser;
        this.open = new Tally(mapSize);
    }

    static long bucketMillis(Window window) {
        return window.length().toMillis() / BUCKETS;
    }

    /** Closes the open bucket when its time is over, in this ring and the coarser ones. */
    void advance(long nowMillis) {
        long number = nowMillis / bucketMillis;
        if (number > openNumber) {
            if (!open.isEmpty()) {
                int slot = (int) (openNumber % BUCKETS);
                closed[slot] = open;
                closedNumbers[slot] = openNumber;
                if (coarser != null) {
                    coarser.advance(openNumber * bucketMillis);
                    coarser.open.merge(open);
                }
                open = new Tally(mapSize);
            }
            openNumber = number;
        }
        if (coarser != null) {
            coarser.advance(nowMillis);
        }
    }

    void add(String resourceId, long delta) {
        open.add(resourceId, delta);
    }

    Tally open() {
        return open;
    }

    long openNumber() {
        return openNumber;
    }

    /** The buckets of the window before the open one. They do not change any more. */
    List<Tally> closed() {
        var inside = new ArrayList<Tally>(BUCKETS);
        for (int slot = 0; slot < BUCKETS; slot++) {
            Tally tally = closed[slot];
            if (tally != null && closedNumbers[slot] >= openNumber - BUCKETS) {
                inside.add(tally);
            }
        }
        return inside;
    }

    int rows() {
        int rows = open.rows();
        for (Tally tally : closed) {
            rows += tally == null ? 0 : tally.rows();
        }
        return rows;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(openNumber);
        open.writeTo(out);
        for (int slot = 0; slot < BUCKETS; slot++) {
            Tally tally = closed[slot];
            out.writeLong(closedNumbers[slot]);
            (tally == null ? new Tally(mapSize) : tally).writeTo(out);
        }
    }

    void readFrom(DataInput in) throws IOException {
        openNumber = in.readLong();
        open = Tally.readFrom(in, mapSize);
        for (int slot = 0; slot < BUCKETS; slot++) {
            closedNumbers[slot] = in.readLong();
            Tally tally = Tally.readFrom(in, mapSize);
            closed[slot] = tally.isEmpty() ? null : tally;
        }
    }

    /** Drops the buckets that begin after {@code nowMillis}, which no clock that runs evenly can have made. */
    void dropFuture(long nowMillis) {
        long number = nowMillis / bucketMillis;
        if (openNumber > number) {
            openNumber = number;
            open = new Tally(mapSize);
        }
        for (int slot = 0; slot < BUCKETS; slot++) {
            if (closedNumbers[slot] >= openNumber) {
                closed[slot] = null;
            }
        }
    }

    /** Drops everything, when the time since it was counted is not known to within a bucket. */
    void dropIfUnsure(long unsureMillis) {
        if (unsureMillis > bucketMillis) {
            open = new Tally(mapSize);
            Arrays.fill(closed, null);
        }
    }
}
