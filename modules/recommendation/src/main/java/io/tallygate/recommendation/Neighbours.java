package io.tallygate.recommendation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The items that were touched together with one item, and how often. Not thread-safe.
 *
 * <p>Implementation note: there are counts for {@link #KEPT_MAX} of them, by the rule Space-Saving (Metwally, Agrawal and El
 * Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", 2005). One that is new takes the place of the
 * one with the lowest count, the oldest of these, and goes on from that count, which so is the most by which its own may be too
 * high. So whoever becomes frequent gets in, and {@link Neighbour#atLeast} never tells too much.
 */
final class Neighbours {

    /** The most that are counted. */
    static final int KEPT_MAX = 50;

    /**
     * An item that was touched together with this one.
     *
     * @param count how often, or more
     * @param error how much more at most
     * @param users how many histories it had entered when the two were touched together last
     */
    record Neighbour(String item, long count, long error, long users) {

        /** How often the two were touched together for certain. */
        long atLeast() {
            return count - error;
        }
    }

    private final Map<String, Neighbour> kept = new LinkedHashMap<>();
    private long users;

    /** Goes on from there. */
    Neighbours(ItemCounts before) {
        users = before.users();
        before.neighbours().forEach(neighbour -> kept.put(neighbour.item, neighbour));
    }

    ItemCounts counts() {
        return new ItemCounts(users, List.copyOf(kept.values()));
    }

    long users() {
        return users;
    }

    /** The item has entered one more history. */
    void entered() {
        users++;
    }

    /** A history has both items now. */
    void touchedWith(String item, long itsUsers) {
        Neighbour before = kept.get(item);
        if (before != null) {
            kept.put(item, new Neighbour(item, before.count + 1, before.error, itsUsers));
            return;
        }
        long lowest = 0;
        if (kept.size() >= KEPT_MAX) {
            lowest = Objects.requireNonNull(kept.remove(least())).count;
        }
        kept.put(item, new Neighbour(item, lowest + 1, lowest, itsUsers));
    }

    /** The first of those with the lowest count. */
    private String least() {
        @Nullable
        Neighbour least = null;
        for (Neighbour neighbour : kept.values()) {
            if (least == null || neighbour.count < least.count) {
                least = neighbour;
            }
        }
        return Objects.requireNonNull(least).item;
    }
}
