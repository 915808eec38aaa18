package io.tallygate.ledger;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of each of a list of changes, in its order: a value, or a refusal. Immutable. Backed by arrays, because it is
 * made for every request of the hot path.
 */
public final class Outcomes {

    private static final @Nullable Refusal[] NONE_REFUSED = {};

    private final long[] values;
    private final @Nullable Refusal[] refusals;

    private Outcomes(long[] values, @Nullable Refusal[] refusals) {
        this.values = values;
        this.refusals = refusals;
    }

    /** All applied; the array is taken over, not copied. */
    public static Outcomes applied(long... values) {
        return new Outcomes(values, NONE_REFUSED);
    }

    /**
     * One value and one flag a change, which says whether it was refused because of the {@link Refusal#RANGE}. The array of
     * values is taken over, not copied.
     */
    public static Outcomes of(long[] values, boolean[] refused) {
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[refused.length];
        for (int i = 0; i < refused.length; i++) {
            refusals[i] = refused[i] ? Refusal.RANGE : null;
        }
        return of(values, refusals);
    }

    /**
     * One value and one refusal a change, null for one that was applied. The arrays are taken over, not copied.
     */
    public static Outcomes of(long[] values, @Nullable Refusal[] refusals) {
        if (values.length != refusals.length) {
            throw new IllegalArgumentException(values.length + " values, " + refusals.length + " refusals");
        }
        return new Outcomes(values, refusals);
    }

    public int size() {
        return values.length;
    }

    /** Whether change {@code i} was refused and so changed nothing. */
    public boolean refused(int i) {
        return refusal(i) != null;
    }

    /** Why change {@code i} was refused; null when it was not. */
    public @Nullable Refusal refusal(int i) {
        Objects.checkIndex(i, values.length);
        return refusals.length == 0 ? null : refusals[i];
    }

    public int refusedCount() {
        int count = 0;
        for (Refusal refusal : refusals) {
            count += refusal == null ? 0 : 1;
        }
        return count;
    }

    /**
     * The row's value right after change {@code i}; when it was refused, the value that stood in its way, 0 where there is
     * none to tell.
     */
    public long value(int i) {
        return values[i];
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Outcomes that) || !Arrays.equals(values, that.values)) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (refusal(i) != that.refusal(i)) {
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
            text.append(i == 0 ? "" : ", ")
                    .append(refused(i) ? "refused for " + refusals[i] + " at " : "")
                    .append(values[i]);
        }
        return text.append(']').toString();
    }
}
