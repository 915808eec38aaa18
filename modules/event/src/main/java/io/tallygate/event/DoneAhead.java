package io.tallygate.event;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Document;
import java.util.BitSet;

/**
 * Which events of a partition are done beyond the group's position, which one that is not done holds up. Immutable.
 *
 * <p>The keys of events keep what is read again from having its effect twice, for 24 hours. What is done for longer than that is
 * skipped by the position, and beyond it by this.
 */
public final class DoneAhead {

    /** Nothing is. */
    public static final DoneAhead NONE = new DoneAhead(0, new BitSet());

    /** So that it fits into a document. What is further ahead is left out. */
    static final int OFFSETS_MAX = 4 << 20;

    private static final int VERSION = 1;

    private final long first;
    private final BitSet done;

    private DoneAhead(long first, BitSet done) {
        this.first = first;
        this.done = done;
    }

    boolean isEmpty() {
        return done.isEmpty();
    }

    boolean contains(long offset) {
        long place = offset - first;
        return place >= 0 && place < done.length() && done.get((int) place);
    }

    /** The first offset from one on that is done; -1 for none. */
    private long next(long offset) {
        long place = Math.max(0, offset - first);
        int next = place < done.length() ? done.nextSetBit((int) place) : -1;
        return next < 0 ? -1 : first + next;
    }

    Document document() {
        return new BytesOut(VERSION).number(first).bytes(done.toByteArray()).toDocument();
    }

    static DoneAhead of(Document document) {
        return BytesIn.read("events that are done ahead", document.bytes(), VERSION,
                in -> new DoneAhead(in.number(), BitSet.valueOf(in.bytes())));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DoneAhead that && first == that.first && done.equals(that.done);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(first) + 31 * done.hashCode();
    }

    @Override
    public String toString() {
        return done.cardinality() + " events done beyond " + first;
    }

    /** Collects them, in any order. */
    static final class Builder {

        private final long first;
        private final BitSet done = new BitSet();

        /** @param first the lowest offset that may be added */
        Builder(long first) {
            this.first = first;
        }

        /** Adds all from one offset up to another, without that. */
        Builder addAll(long from, long to) {
            done.set((int) Math.min(OFFSETS_MAX, from - first), (int) Math.min(OFFSETS_MAX, to - first));
            return this;
        }

        Builder remove(long offset) {
            if (offset - first < OFFSETS_MAX) {
                done.clear((int) (offset - first));
            }
            return this;
        }

        /** Adds what another one has from an offset on. */
        Builder addAll(DoneAhead other, long from) {
            for (long offset = other.next(from); offset >= 0
                    && offset - first < OFFSETS_MAX; offset = other.next(offset + 1)) {
                done.set((int) (offset - first));
            }
            return this;
        }

        DoneAhead build() {
            return done.isEmpty() ? NONE : new DoneAhead(first, done);
        }
    }
}
