package io.tallygate.storage.redis;

import io.tallygate.ledger.LedgerStore.Ranked;
import io.tallygate.ledger.Utf8Order;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Finds the highest rows of a section by looking at all of them. Confined to one thread. */
final class TopScan {

    private static final Comparator<Ranked> HIGHEST_FIRST = Comparator.comparingLong(Ranked::value).reversed()
            .thenComparing(Ranked::id, Utf8Order::compare);

    private final RedisLink link;
    private final int limit;
    private final TreeSet<Ranked> highest = new TreeSet<>(HIGHEST_FIRST);

    /** What {@link #highest} holds of an id: a scan may show one twice, with another value. */
    private final Map<String, Ranked> held = new HashMap<>();

    TopScan(RedisLink link, int limit) {
        this.link = link;
        this.limit = limit;
    }

    List<Ranked> scan(List<String> hashes) {
        new HashScan(link).scan(hashes, this::offer);
        return List.copyOf(highest);
    }

    /** What is no number has no rank. */
    private void offer(String id, String value) {
        number(value).ifPresent(number -> offer(new Ranked(id, number)));
    }

    /** The number in a field; empty when it is none. */
    static OptionalLong number(String value) {
        try {
            return OptionalLong.of(Long.parseLong(value));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private void offer(Ranked ranked) {
        Ranked before = held.remove(ranked.id());
        if (before != null) {
            highest.remove(before);
        }
        if (highest.size() == limit) {
            if (HIGHEST_FIRST.compare(ranked, highest.last()) > 0) {
                return;
            }
            held.remove(highest.pollLast().id());
        }
        highest.add(ranked);
        held.put(ranked.id(), ranked);
    }
}
