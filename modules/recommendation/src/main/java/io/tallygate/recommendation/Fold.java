package io.tallygate.recommendation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What histories and items are after interactions. Not thread-safe. Of a history that has entered no item before it begins
 * with {@link History#EMPTY}, and of an item with {@link ItemCounts#NONE}.
 */
final class Fold {

    private final int reach;
    private final Map<String, History> histories;
    private final Map<String, Neighbours> items = new HashMap<>();
    private final Set<String> changedUsers = new TreeSet<>();
    private final Set<String> changedItems = new TreeSet<>();
    private final Map<String, Long> types = new TreeMap<>();

    /**
     * Nothing yet.
     *
     * @param histories those of all users of the interactions to come
     * @param reach     how many of the newest items of a history count as touched together with one that enters it
     */
    Fold(Map<String, History> histories, int reach) {
        this.reach = reach;
        this.histories = new HashMap<>(histories);
    }

    /** Every item that interactions can change, so that it is to be {@linkplain #item known} before they are added. */
    Set<String> itemsOf(List<Interaction> interactions) {
        var all = new HashSet<String>();
        for (Interaction interaction : interactions) {
            History history = history(interaction.userId());
            if (!history.isForgotten(interaction.at())) {
                all.add(interaction.resourceId());
                all.addAll(history.items());
            }
        }
        return all;
    }

    /** Says what an item is before the interactions. */
    void item(String resourceId, ItemCounts counts) {
        items.put(resourceId, new Neighbours(counts));
    }

    /** Adds one interaction. An item that is in the history already only becomes its newest one. */
    void add(Interaction interaction) {
        String item = interaction.resourceId();
        History before = history(interaction.userId());
        if (before.isForgotten(interaction.at())) {
            return;
        }
        types.merge(interaction.counterType(), 1L, Long::sum);
        if (!before.has(item)) {
            enter(item, before);
        }
        History after = before.touched(item);
        if (!after.equals(before)) {
            histories.put(interaction.userId(), after);
            changedUsers.add(interaction.userId());
        }
    }

    private void enter(String item, History history) {
        Neighbours entering = neighbours(item);
        entering.entered();
        changedItems.add(item);
        for (String other : history.items().subList(0, Math.min(reach, history.items().size()))) {
            Neighbours there = neighbours(other);
            entering.touchedWith(other, there.users());
            there.touchedWith(item, entering.users());
            changedItems.add(other);
        }
    }

    History history(String userId) {
        return Objects.requireNonNull(histories.get(userId), "a history that was not given");
    }

    ItemCounts counts(String resourceId) {
        return neighbours(resourceId).counts();
    }

    private Neighbours neighbours(String resourceId) {
        return Objects.requireNonNull(items.get(resourceId), "an item that was not given");
    }

    /** In their order. */
    Set<String> changedUsers() {
        return changedUsers;
    }

    /** In their order. */
    Set<String> changedItems() {
        return changedItems;
    }

    /** How many interactions there were of each counter type. */
    Map<String, Long> types() {
        return types;
    }
}
