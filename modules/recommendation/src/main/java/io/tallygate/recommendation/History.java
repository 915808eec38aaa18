package io.tallygate.recommendation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a user touched last. Immutable.
 *
 * @param items       at most {@link #ITEMS_MAX}, the newest first, each once
 * @param forgottenAt when what was before was forgotten; {@link Instant#EPOCH} for never
 */
record History(List<String> items, Instant forgottenAt) {

    /** The most items that are kept. */
    static final int ITEMS_MAX = 20;

    /** Nobody's. */
    static final History EMPTY = new History(List.of(), Instant.EPOCH);

    History {
        items = List.copyOf(items);
    }

    /** One that begins now. */
    static History forgotten(Instant now) {
        return new History(List.of(), now);
    }

    /** Whether something that happened then belongs to what was forgotten. */
    boolean isForgotten(Instant at) {
        return !at.isAfter(forgottenAt);
    }

    boolean has(String item) {
        return items.contains(item);
    }

    /** The same after the user touched an item. */
    History touched(String item) {
        var after = new ArrayList<String>(items.size() + 1);
        after.add(item);
        items.stream().filter(other -> !other.equals(item)).limit(ITEMS_MAX - 1).forEach(after::add);
        return new History(after, forgottenAt);
    }
}
