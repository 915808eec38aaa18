package io.tallygate.storage.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import io.tallygate.ledger.Utf8Order;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** The first names of several partitions in their common order, each with the partitions that have it. For one thread. */
final class Members {

    private final int limit;
    private final NavigableMap<String, List<Integer>> first = new TreeMap<>(Utf8Order::compare);

    /** @param limit how many names are kept */
    Members(int limit) {
        this.limit = limit;
    }

    /** Those of sorted sets whose scores are all 0; {@code key} is the name of a partition's set. */
    static NavigableMap<String, List<Integer>> of(
            RedisLink link, List<Integer> partitions, IntFunction<String> key, Range<String> range, int limit,
            Deadline end) {
        Deadline deadline = link.deadline().earlier(end);
        List<RedisFuture<List<String>>> replies = partitions.stream()
                .map(partition -> link.commands().zrangebylex(key.apply(partition), range, Limit.from(limit))).toList();
        var members = new Members(limit);
        for (int i = 0; i < replies.size(); i++) {
            int partition = partitions.get(i);
            link.await(replies.get(i), deadline).forEach(name -> members.add(name, partition));
        }
        return members.first;
    }

    void add(String name, int partition) {
        if (first.size() < limit || Utf8Order.compare(name, first.lastKey()) <= 0) {
            List<Integer> partitions = first.computeIfAbsent(name, n -> new ArrayList<>(1));
            if (!partitions.contains(partition)) {
                partitions.add(partition);
            }
            if (first.size() > limit) {
                first.pollLastEntry();
            }
        }
    }

    NavigableMap<String, List<Integer>> first() {
        return first;
    }
}
