package io.tallygate.counter;

import java.util.Arrays;
import java.util.Objects;

/**
 * What became of each of a list of changes, in its order: a value, or a refusal because the counter would have left its
 * range. Immutable. Backed by arrays, because it is made for every request of the hot path.
 */
public final class Outcomes {

    private static final boolean[] NONE_REFUSED = {};

    private final long[] values;
    private final boolean[] refused;

    private Outcomes(long[] values, boolean[] refused) {
        this.values = values;
        this.refused = refused;
    }

    /** All applied; the array is taken over, not copied. */
    public static Outcomes applied(long... values) {
        return new Outcomes(values, NONE_REFUSED);
    }

    /** One value and one flag a change; a refused change's value is ignored. The arrays are taken over, not copied. */
    public static Outcomes of(long[] values, boolean[] refused) {
        if (values.length != refused.length) {
            throw new IllegalArgumentException(values.length + " values, " + refused.length + " flags");
        }
        for (int i = 0; i < refused.length; i++) {
            if (refused[i]) {
                values[i] = 0;
            }
        }
        return new Outcomes(values, refused);
    }

    public int size() {
        return values.length;
    }

    /** Whether change {@code i} was refused and so changed nothing. */
    public boolean refused(int i) {
        Objects.checkIndex(i, values.length);
        return refused.length != 0 && refused[i];
    }

    public int refusedCount() {
        int count = 0;
        for (boolean one : refused) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /** The counter's value right after change {@code i}; 0 when it was refused. */
    public long value(int i) {
        return values[i];
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Outcomes that) || !Arrays.equals(values, that.values)) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (refused(i) != that.refused(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        var text = new StringBuilder("[");
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : ", ").append(refused(i) ? "refused" : Long.toString(values[i]));
        }
        return text.append(']').toString();
    }
}
