package io.tallygate.counter;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.ObjLongConsumer;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.ItemsSketch;
import org.jspecify.annotations.Nullable;

/**
 * Net sums by resource, in bounded memory: one frequent-items sketch of what was added, one of what was removed. Exact
 * up to three quarters of the map size in resources; beyond it the small ones are forgotten, and {@link #error} says how
 * much that can be. Not thread-safe.
 *
 * <p>A sketch's estimate is off by at most its maximum error, so the difference of two by at most the sum of both.
 * Sketches add weights without a check for overflow; so the weight of each is bounded here, and what does not fit is
 * {@code lost}, which is part of the error.
 */
final class Tally {

    /** Leaves room for an estimate, which may exceed the weight a little, and for the difference of two. */
    private static final long WEIGHT_MAX = 1L << 62;

    private final int mapSize;
    private @Nullable ItemsSketch<String> adds;
    private @Nullable ItemsSketch<String> removes;
    private long lost;

    Tally(int mapSize) {
        this.mapSize = mapSize;
    }

    boolean isEmpty() {
        return adds == null && removes == null && lost == 0;
    }

    /** @param delta from -2^61 to 2^61 */
    void add(String resourceId, long delta) {
        if (delta > 0) {
            adds = weighed(adds, resourceId, delta);
        } else if (delta < 0) {
            removes = weighed(removes, resourceId, -delta);
        }
    }

    private ItemsSketch<String> weighed(@Nullable ItemsSketch<String> sketch, String resourceId, long weight) {
        var weighed = sketch == null ? new ItemsSketch<String>(mapSize) : sketch;
        if (weight <= WEIGHT_MAX - weighed.getStreamLength()) {
            weighed.update(resourceId, weight);
        } else {
            lost = plus(lost, weight);
        }
        return weighed;
    }

    void merge(Tally other) {
        adds = merged(adds, other.adds);
        removes = merged(removes, other.removes);
        lost = plus(lost, other.lost);
    }

    private @Nullable ItemsSketch<String> merged(
            @Nullable ItemsSketch<String> into, @Nullable ItemsSketch<String> other) {
        if (other == null) {
            return into;
        }
        var merged = into == null ? new ItemsSketch<String>(mapSize) : into;
        if (other.getStreamLength() <= WEIGHT_MAX - merged.getStreamLength()) {
            return merged.merge(other);
        }
        lost = plus(lost, other.getStreamLength());
        return merged;
    }

    /** Within {@link #error} of the true net sum. */
    long value(String resourceId) {
        return estimate(adds, resourceId) - estimate(removes, resourceId);
    }

    private static long estimate(@Nullable ItemsSketch<String> sketch, String resourceId) {
        return sketch == null ? 0 : sketch.getEstimate(resourceId);
    }

    /** How far any value may be from the truth, either way; also that of a resource that is not listed, whose value is 0. */
    long error() {
        return plus(lost, plus(error(adds), error(removes)));
    }

    private static long error(@Nullable ItemsSketch<String> sketch) {
        return sketch == null ? 0 : sketch.getMaximumError();
    }

    /** The sum of two errors, at most {@link Long#MAX_VALUE}. */
    static long plus(long error, long more) {
        long sum = error + more;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** How many rows it keeps in memory. */
    int rows() {
        return (adds == null ? 0 : adds.getNumActiveItems()) + (removes == null ? 0 : removes.getNumActiveItems());
    }

    /** Every resource that it knows, once, with its {@link #value}. */
    void forEach(ObjLongConsumer<String> action) {
        for (var row : items(adds)) {
            action.accept(row.getItem(), row.getEstimate() - estimate(removes, row.getItem()));
        }
        for (var row : items(removes)) {
            if (estimate(adds, row.getItem()) == 0) {
                action.accept(row.getItem(), -row.getEstimate());
            }
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // generic arrays cannot be made
    private static ItemsSketch.Row<String>[] items(@Nullable ItemsSketch<String> sketch) {
        return sketch == null ? new ItemsSketch.Row[0] : sketch.getFrequentItems(ErrorType.NO_FALSE_NEGATIVES);
    }

    /** Estimates, with the whole error beside them: sketches do not let their error be set. */
    void writeTo(DataOutput out) throws IOException {
        out.writeLong(error());
        write(out, adds);
        write(out, removes);
    }

    private static void write(DataOutput out, @Nullable ItemsSketch<String> sketch) throws IOException {
        var rows = items(sketch);
        out.writeInt(rows.length);
        for (var row : rows) {
            out.writeUTF(row.getItem());
            out.writeLong(row.getEstimate());
        }
    }

    static Tally readFrom(DataInput in, int mapSize) throws IOException {
        var tally = new Tally(mapSize);
        tally.lost = in.readLong();
        tally.adds = tally.read(in);
        tally.removes = tally.read(in);
        return tally;
    }

    private @Nullable ItemsSketch<String> read(DataInput in) throws IOException {
        ItemsSketch<String> sketch = null;
        for (int left = in.readInt(); left > 0; left--) {
            sketch = weighed(sketch, in.readUTF(), in.readLong());
        }
        return sketch;
    }
}
