package io.tallygate.ledger;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which postings change rows: from the rows as they were, posting by posting, to the rows as they are then and
 * what became of each change. It knows no store and does nothing else. Mutable; for one thread.
 *
 * <p>Backed by arrays, because every row of the hot path goes through one: a hash map with an object for each row takes
 * three times the memory. Of a document the rule needs the version alone, so one that is not put need not be read.
 */
public final class Worksheet {

    private static final @Nullable Document[] NO_DOCUMENTS = {};

    private final RowKey[] rows;
    private final boolean[] presentBefore;
    private final boolean[] present;
    /** The number, or the document's version; 0 for a row that is not there. */
    private final long[] valueBefore;
    private final long[] value;
    /** What was put last and stands; empty until something is put. */
    private @Nullable Document[] documents = NO_DOCUMENTS;
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

    /** Says what the row at a place of {@link #rows} held before: the number, or the document's version. */
    public void is(int place, long number) {
        presentBefore[place] = true;
        present[place] = true;
        valueBefore[place] = number;
        value[place] = number;
    }

    /** Says what a row held before: the number, or the document's version. */
    public void is(RowKey row, long number) {
        is(place(row), number);
    }

    /** The number, or the document's version, that a row held before; 0 for one that was not there. */
    public long before(RowKey row) {
        return valueBefore[place(row)];
    }

    /** Applies a posting to what those before it left. Whether its key lets it is for the caller to know. */
    public Outcomes apply(Posting posting) {
        return switch (posting.mode()) {
            case EACH -> applyEach(posting.changes());
            case ALL -> applyAll(posting.changes());
            case FIT_EACH -> fitEach(posting.changes());
            case FIT_ALL -> fitAll(posting.changes());
        };
    }

    private Outcomes applyEach(List<? extends Change> changes) {
        var values = new long[changes.size()];
        @Nullable
        Refusal[] refusals = null;
        for (int i = 0; i < values.length; i++) {
            int place = place(changes.get(i).row());
            Refusal refusal = apply(changes.get(i), place);
            if (refusal != null) {
                refusals = refusals == null ? new @Nullable Refusal[values.length] : refusals;
                refusals[i] = refusal;
            }
            values[i] = value[place];
        }
        return refusals == null ? Outcomes.applied(values) : Outcomes.of(values, refusals);
    }

    private Outcomes applyAll(List<? extends Change> changes) {
        var values = new long[changes.size()];
        var standing = new long[values.length];
        var there = new boolean[values.length];
        @Nullable
        Document[] put = NO_DOCUMENTS;
        for (int i = 0; i < values.length; i++) {
            int place = place(changes.get(i).row());
            standing[i] = value[place];
            there[i] = present[place];
            if (documents.length > 0) {
                put = put.length > 0 ? put : new @Nullable Document[values.length];
                put[i] = documents[place];
            }
            Refusal refusal = apply(changes.get(i), place);
            if (refusal != null) {
                for (int done = i - 1; done >= 0; done--) {
                    int undone = place(changes.get(done).row());
                    value[undone] = standing[done];
                    present[undone] = there[done];
                    if (documents.length > 0) {
                        documents[undone] = put.length > 0 ? put[done] : null;
                    }
                }
                return undone(changes, i, refusal);
            }
            values[i] = value[place];
        }
        return Outcomes.applied(values);
    }

    /** Every outcome tells the value that stands. */
    private Outcomes undone(List<? extends Change> changes, int refused, Refusal refusal) {
        var values = new long[changes.size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value[place(changes.get(i).row())];
            refusals[i] = i == refused ? refusal : Refusal.UNDONE;
        }
        return Outcomes.of(values, refusals);
    }

    private Outcomes fitEach(List<? extends Change> changes) {
        var values = new long[changes.size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        var taken = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            var add = (Change.Add) changes.get(i);
            int place = place(add.row());
            taken[i] = add.fitting(value[place]);
            if (taken[i] == 0 && (add.delta() != 0 || !add.admits(value[place]))) {
                refusals[i] = Refusal.RANGE;
            } else {
                add(place, taken[i]);
            }
            values[i] = value[place];
        }
        return Outcomes.fitted(values, refusals, taken);
    }

    private Outcomes fitAll(List<? extends Change> changes) {
        var values = new long[changes.size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        var taken = new long[values.length];
        long part = partThatFitsAll(changes);
        for (int i = 0; i < values.length; i++) {
            var add = (Change.Add) changes.get(i);
            int place = place(add.row());
            if (part != 0) {
                add(place, part);
            } else {
                refusals[i] = add.fitting(value[place]) == 0 ? Refusal.RANGE : Refusal.UNDONE;
            }
            taken[i] = part;
            values[i] = value[place];
        }
        return Outcomes.fitted(values, refusals, taken);
    }

    /**
     * 0 when there is none. Each row allows the parts between two; the largest that all allow is the smallest of those that are
     * the largest for one, or there is none.
     */
    private long partThatFitsAll(List<? extends Change> changes) {
        long part = 0;
        for (int i = 0; i < changes.size(); i++) {
            var add = (Change.Add) changes.get(i);
            long fitting = add.fitting(value[place(add.row())]);
            if (i == 0) {
                part = fitting;
            } else {
                part = add.delta() > 0 ? Math.min(part, fitting) : Math.max(part, fitting);
            }
        }
        for (int i = 0; i < changes.size() && part != 0; i++) {
            var add = (Change.Add) changes.get(i);
            part = add.admits(value[place(add.row())], part) ? part : 0;
        }
        return part;
    }

    /** Why it could not be applied, and then nothing is changed; null when it was. */
    private @Nullable Refusal apply(Change change, int place) {
        switch (change) {
            case Change.Add add -> {
                if (!add.admits(value[place])) {
                    return Refusal.RANGE;
                }
                add(place, add.delta());
            }
            case Change.Put put -> {
                if (isAnother(put.ifVersion(), place)) {
                    return Refusal.VERSION;
                }
                add(place, 1);
                documents = documents.length > 0 ? documents : new @Nullable Document[rows.length];
                documents[place] = put.document();
            }
            case Change.Delete delete -> {
                if (isAnother(delete.ifVersion(), place)) {
                    return Refusal.VERSION;
                }
                value[place] = 0;
                present[place] = false;
                if (documents.length > 0) {
                    documents[place] = null;
                }
            }
        }
        return null;
    }

    private void add(int place, long delta) {
        value[place] += delta;
        present[place] = true;
    }

    private boolean isAnother(long ifVersion, int place) {
        return ifVersion != Change.ANY && ifVersion != value[place];
    }

    /** Told what postings made of rows. */
    public interface Changed {

        /** The row is there with this number. */
        void number(RowKey row, long value);

        /** The row is there with this document. */
        void document(RowKey row, long version, Document document);

        /** The row is not there any more. */
        void gone(RowKey row);
    }

    /** Tells each row that is not as it was before. */
    public void forEachChanged(Changed changed) {
        for (int place = 0; place < size; place++) {
            Document document = documents.length > 0 ? documents[place] : null;
            if (document != null) {
                changed.document(rows[place], value[place], document);
            } else if (!present[place]) {
                if (presentBefore[place]) {
                    changed.gone(rows[place]);
                }
            } else if (!presentBefore[place] || value[place] != valueBefore[place]) {
                changed.number(rows[place], value[place]);
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
