package io.tallygate.ledger;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes that are applied in one atomic step and, when they carry a key, once.
 *
 * @param key     names the request, so that a repetition gets the first answer; without one a repetition counts again
 * @param mode    how the changes stand together
 * @param changes in their order, at least one where there is a key; a row may occur more than once. What else a mode asks
 *                of them, it says
 * @param memo    kept with the key's record and told again to a repetition; empty without a key
 */
public record Posting(@Nullable IdempotencyKey key, Mode mode, List<? extends Change> changes, Memo memo) {

    /** The most bytes that a {@link Ledger} takes in one, as {@link #bytes} counts them: 8 MiB. */
    public static final int BYTES_MAX = 8 << 20;

    private static final int BYTES_A_CHARACTER_MAX = 3;
    /** What a change or a key has beside its names. */
    private static final int BYTES_AROUND = 48;

    /** @throws IllegalArgumentException when there is a key and no change, or the changes are not what the mode asks for */
    public Posting {
        if (key != null && changes.isEmpty()) {
            throw new IllegalArgumentException("a posting with a key must have a change");
        }
        if (mode.fits()) {
            requireFitting(mode, changes);
        }
    }

    private static void requireFitting(Mode mode, List<? extends Change> changes) {
        var deltas = new HashSet<Long>();
        var rows = new HashSet<RowKey>();
        for (Change change : changes) {
            if (!(change instanceof Change.Add add)) {
                throw new IllegalArgumentException("a posting of " + mode + " must have adds alone");
            }
            deltas.add(add.delta());
            rows.add(add.row());
        }
        if (mode == Mode.FIT_ALL && (deltas.size() > 1 || deltas.contains(0L) || rows.size() < changes.size())) {
            throw new IllegalArgumentException("a posting of FIT_ALL must add one number, not 0, to different rows");
        }
    }

    /** Each change by itself, without a memo. */
    public Posting(@Nullable IdempotencyKey key, List<? extends Change> changes) {
        this(key, Mode.EACH, changes, Memo.EMPTY);
    }

    /** Each change by itself, without a key. */
    public Posting(List<? extends Change> changes) {
        this(null, changes);
    }

    /** How many bytes it has in a message at most: those of its documents and its memo, and of names as many as UTF-8 may need. */
    public long bytes() {
        long bytes = (long) memo.length() + BYTES_AROUND;
        if (key != null) {
            bytes += bytes(key.id(), key.fingerprint());
        }
        for (Change change : changes) {
            bytes += bytes(change.row().section(), change.row().id());
            if (change instanceof Change.Put put) {
                bytes += put.document().length();
            }
        }
        return bytes;
    }

    private static long bytes(String name, String other) {
        return BYTES_A_CHARACTER_MAX * ((long) name.length() + other.length()) + BYTES_AROUND;
    }

    /** Whether its changes may be counted with those of others: nothing about it is for the store to decide as a whole. */
    boolean isPlain() {
        return key == null && mode == Mode.EACH;
    }
}
