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
    private final long @Nullable [] taken;

    private Outcomes(long[] values, @Nullable Refusal[] refusals, long @Nullable [] taken) {
        this.values = values;
        this.refusals = refusals;
        this.taken = taken;
    }

    /** All applied; the array is taken over, not copied. */
    public static Outcomes applied(long... values) {
        return new Outcomes(values, NONE_REFUSED, null);
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
        return new Outcomes(values, refusals, null);
    }

    /**
     * Of a posting whose mode {@linkplain Mode#fits fits}: what {@link #of(long[], Refusal[])} takes, and how much of its delta
     * each took, 0 for one that was refused. The arrays are taken over, not copied.
     */
    public static Outcomes fitted(long[] values, @Nullable Refusal[] refusals, long[] taken) {
        if (values.length != refusals.length || values.length != taken.length) {
            throw new IllegalArgumentException(
                    values.length + " values, " + refusals.length + " refusals, " + taken.length + " taken");
        }
        return new Outcomes(values, refusals, taken);
    }

    /** The same changes with other values and refusals. The arrays are taken over, not copied. */
    Outcomes with(long[] otherValues, @Nullable Refusal[] otherRefusals) {
        return new Outcomes(otherValues, otherRefusals, taken);
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
     * The row's value, for a document its version, right after change {@code i}; when it was refused, the one that stood in its
     * way, 0 where there is none to tell.
     */
    public long value(int i) {
        return values[i];
    }

    /** Whether they are of a posting whose mode {@linkplain Mode#fits fits}, so that {@link #taken} tells something. */
    public boolean isFitted() {
        return taken != null;
    }

    /**
     * How much of its delta change {@code i} took.
     *
     * @throws IllegalStateException unless {@link #isFitted}
     */
    public long taken(int i) {
        if (taken == null) {
            throw new IllegalStateException("the outcomes of a posting that takes all or nothing");
        }
        return taken[i];
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Outcomes that) || !Arrays.equals(values, that.values)
                || !Arrays.equals(taken, that.taken)) {
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
                    .append(values[i])
                    .append(taken == null ? "" : " took " + taken[i]);
        }
        return text.append(']').toString();
    }
}
