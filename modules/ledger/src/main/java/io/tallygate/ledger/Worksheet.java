package io.tallygate.ledger;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which postings change rows: from the rows as they were, posting by posting, to the rows as they are then and
 * what became of each change. It knows no store and does nothing else. Mutable; for one thread.
 *
 * <p>Backed by arrays, because every row of the hot path goes through one: a hash map with an object for each row takes
 * three times the memory.
 */
public final class Worksheet {

    private final RowKey[] rows;
    private final boolean[] presentBefore;
    private final boolean[] present;
    private final long[] valueBefore;
    private final long[] value;
    private int size;
    /** By a row's hash, and on from there to the next that is free: its place in the arrays, from 1; 0 is free. */
    private final int[] places;

    /** A sheet with every row that these postings name, none of which is there until {@link #is} says so. */
    public Worksheet(Collection<Posting> postings) {
        int changes = 0;
        for (Posting posting : postings) {
            changes += posting.changes().size();
        }
        this.rows = new RowKey[changes];
        this.presentBefore = new boolean[changes];
        this.present = new boolean[changes];
        this.valueBefore = new long[changes];
        this.value = new long[changes];
        this.places = new int[Integer.highestOneBit(Math.max(1, changes)) << 2];
        for (Posting posting : postings) {
            for (Change change : posting.changes()) {
                int slot = slot(change.row());
                if (places[slot] == 0) {
                    rows[size++] = change.row();
                    places[slot] = size;
                }
            }
        }
    }

    /** The rows that must be known before anything is applied, each once, in the order in which they are named first. */
    public List<RowKey> rows() {
        return Collections.unmodifiableList(Arrays.asList(rows).subList(0, size));
    }

    /** Says what the row at a place of {@link #rows} held before. */
    public void is(int place, long number) {
        presentBefore[place] = true;
        present[place] = true;
        valueBefore[place] = number;
        value[place] = number;
    }

    /** Says what a row held before. */
    public void is(RowKey row, long number) {
        is(place(row), number);
    }

    /** Applies a posting to what those before it left. Whether its key lets it is for the caller to know. */
    public Outcomes apply(Posting posting) {
        return posting.mode() == Mode.ALL ? applyAll(posting.changes()) : applyEach(posting.changes());
    }

    private Outcomes applyEach(List<? extends Change> changes) {
        var values = new long[changes.size()];
        @Nullable
        Refusal[] refusals = null;
        for (int i = 0; i < values.length; i++) {
            int place = place(changes.get(i).row());
            if (!apply(changes.get(i), place)) {
                refusals = refusals == null ? new @Nullable Refusal[values.length] : refusals;
                refusals[i] = Refusal.RANGE;
            }
            values[i] = value[place];
        }
        return refusals == null ? Outcomes.applied(values) : Outcomes.of(values, refusals);
    }

    private Outcomes applyAll(List<? extends Change> changes) {
        var values = new long[changes.size()];
        var standing = new long[values.length];
        var there = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            int place = place(changes.get(i).row());
            standing[i] = value[place];
            there[i] = present[place];
            if (!apply(changes.get(i), place)) {
                for (int done = i - 1; done >= 0; done--) {
                    int undone = place(changes.get(done).row());
                    value[undone] = standing[done];
                    present[undone] = there[done];
                }
                return undone(changes, i);
            }
            values[i] = value[place];
        }
        return Outcomes.applied(values);
    }

    /** Every outcome tells the value that stands. */
    private Outcomes undone(List<? extends Change> changes, int refused) {
        var values = new long[changes.size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value[place(changes.get(i).row())];
            refusals[i] = i == refused ? Refusal.RANGE : Refusal.UNDONE;
        }
        return Outcomes.of(values, refusals);
    }

    /** Whether it could be applied; else nothing is changed. */
    private boolean apply(Change change, int place) {
        switch (change) {
            case Change.Add add -> {
                if (!add.admits(value[place])) {
                    return false;
                }
                value[place] += add.delta();
                present[place] = true;
            }
            case Change.Delete _ -> {
                value[place] = 0;
                present[place] = false;
            }
        }
        return true;
    }

    /** Told each row that is not as it was before: its value, or empty when it is not there any more. */
    public void forEachChanged(BiConsumer<RowKey, OptionalLong> changed) {
        for (int place = 0; place < size; place++) {
            if (present[place] != presentBefore[place] || value[place] != valueBefore[place]) {
                changed.accept(rows[place], present[place] ? OptionalLong.of(value[place]) : OptionalLong.empty());
            }
        }
    }

    private int place(RowKey row) {
        int place = places[slot(row)] - 1;
        if (place < 0) {
            throw new IllegalArgumentException("a row of none of the postings");
        }
        return place;
    }

    /** Where a row is in {@link #places}, or would be. */
    private int slot(RowKey row) {
        int hash = row.hashCode();
        int slot = (hash ^ hash >>> 16) & places.length - 1;
        while (places[slot] != 0 && !rows[places[slot] - 1].equals(row)) {
            slot = slot + 1 & places.length - 1;
        }
        return slot;
    }
}
