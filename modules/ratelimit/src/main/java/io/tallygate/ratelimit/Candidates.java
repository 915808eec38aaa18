package io.tallygate.ratelimit;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a stripe that give way first: those nearest their reset, of all that could give way at the last look and all
 * that came since. It knows every one of them up to a horizon, each with a reset that may have moved away. Not thread-safe.
 */
final class Candidates {

    private final PriorityQueue<Candidate> nearest = new PriorityQueue<>();
    private long horizonNanos = -1;
    private int sizeMax;

    /** A key and when it is reset; the nearest comes first. */
    record Candidate(long high, long low, long resetNanos) implements Comparable<Candidate> {

        @Override
        public int compareTo(Candidate other) {
            return Long.compare(resetNanos, other.resetNanos);
        }
    }

    /** A look at all keys. */
    final class Look {

        private final PriorityQueue<Candidate> farthest = new PriorityQueue<>(Comparator.reverseOrder());
        private final int keptMax;
        private boolean keptAll = true;

        /** @param keptMax how many are remembered, at least 1 */
        Look(int keptMax) {
            this.keptMax = keptMax;
        }

        /** A key that can give way. */
        void see(long high, long low, long resetNanos) {
            Candidate last = farthest.peek();
            if (last == null || farthest.size() < keptMax || resetNanos < last.resetNanos()) {
                farthest.add(new Candidate(high, low, resetNanos));
            } else {
                keptAll = false;
            }
            if (farthest.size() > keptMax) {
                farthest.poll();
                keptAll = false;
            }
        }

        /** Says that there is a key which can give way, but should not be one of them. */
        void leaveOut() {
            keptAll = false;
        }

        /** Makes what was seen the candidates. */
        void end() {
            Candidate last = farthest.peek();
            horizonNanos = keptAll ? Long.MAX_VALUE : last == null ? -1 : last.resetNanos();
            sizeMax = 4 * keptMax;
            nearest.clear();
            nearest.addAll(farthest);
        }
    }

    /** Whether no other key could give way at the last look, or came since. */
    boolean areAll() {
        return horizonNanos == Long.MAX_VALUE;
    }

    /** Tells of a key that is new, or whose reset has moved away. Beyond a bound all are forgotten, and it takes a look. */
    void offer(long high, long low, long resetNanos) {
        if (resetNanos <= horizonNanos) {
            nearest.add(new Candidate(high, low, resetNanos));
        }
        if (nearest.size() > sizeMax) {
            nearest.clear();
            horizonNanos = -1;
        }
    }

    /** Takes the nearest. */
    @Nullable
    Candidate poll() {
        return nearest.poll();
    }
}
