package io.tallygate.recommendation;

import java.util.List;

/**
 * What is counted of an item. Immutable.
 *
 * @param users      how many histories it has entered
 * @param neighbours what was touched together with it, in the order in which they came
 */
record ItemCounts(long users, List<Neighbours.Neighbour> neighbours) {

    /** Those of an item that nobody touched. */
    static final ItemCounts NONE = new ItemCounts(0, List.of());

    ItemCounts {
        neighbours = List.copyOf(neighbours);
    }
}
