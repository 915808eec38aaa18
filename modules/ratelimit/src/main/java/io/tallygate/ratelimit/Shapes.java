package io.tallygate.ratelimit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The limits by which the keys of a stripe were counted last, each once and under a number, as long as some key needs it.
 * Not thread-safe.
 */
final class Shapes {

    /** A limit, with what finds it and its periods. */
    static final int BYTES = 320;
    /** The place of a number. */
    private static final int PLACE_BYTES = 64;

    private final Map<Limit, Shape> byLimit = new HashMap<>();
    private final List<Shape> byNumber = new ArrayList<>();
    private final ArrayDeque<Shape> unused = new ArrayDeque<>();

    private static final class Shape {
        private final int number;
        private @Nullable Limit limit;
        private int keys;

        private Shape(int number) {
            this.number = number;
        }
    }

    long bytes() {
        return (long) BYTES * byLimit.size() + (long) PLACE_BYTES * byNumber.size();
    }

    /** By how much {@link #bytes} grows at most when a key needs this limit. */
    long growthBytes(Limit limit) {
        return byLimit.containsKey(limit) ? 0 : BYTES + PLACE_BYTES;
    }

    /** The limit of a number that is in use. */
    Limit get(long number) {
        Limit limit = byNumber.get((int) number - 1).limit;
        if (limit == null) {
            throw new IllegalArgumentException("not in use: " + number);
        }
        return limit;
    }

    /** The number of a limit, at least 1, for one more key. */
    long retain(Limit limit) {
        Shape shape = byLimit.get(limit);
        if (shape == null) {
            shape = unused();
            shape.limit = limit;
            byLimit.put(limit, shape);
        }
        shape.keys++;
        return shape.number;
    }

    private Shape unused() {
        Shape shape = unused.poll();
        if (shape == null) {
            shape = new Shape(byNumber.size() + 1);
            byNumber.add(shape);
        }
        return shape;
    }

    /** One key less needs the limit of this number. */
    void release(long number) {
        Shape shape = byNumber.get((int) number - 1);
        shape.keys--;
        if (shape.keys == 0) {
            byLimit.remove(get(number));
            shape.limit = null;
            unused.add(shape);
        }
    }
}
