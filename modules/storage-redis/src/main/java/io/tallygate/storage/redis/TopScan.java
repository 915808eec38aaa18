package io.tallygate.storage.redis;

import io.lettuce.core.MapScanCursor;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.tallygate.ledger.LedgerStore.Ranked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds the highest rows of a section by looking at all of them, in pages. Confined to one thread. */
final class TopScan {

    private static final ScanArgs PAGE = ScanArgs.Builder.limit(1_000);
    private static final Duration SCAN_TIMEOUT = Duration.ofSeconds(30);
    private static final Comparator<Ranked> HIGHEST_FIRST = Comparator.comparingLong(Ranked::value).reversed()
            .thenComparing(Ranked::id);

    private record Page(String hash, RedisFuture<MapScanCursor<String, String>> found) {}

    private final RedisLink link;
    private final int limit;
    private final TreeSet<Ranked> highest = new TreeSet<>(HIGHEST_FIRST);

    /** What {@link #highest} holds of an id: a scan may show one twice, with another value. */
    private final Map<String, Ranked> held = new HashMap<>();

    TopScan(RedisLink link, int limit) {
        this.link = link;
        this.limit = limit;
    }

    /** Pages of all hashes are asked for together; 30 s in all, and the usual time-out for each page. */
    List<Ranked> scan(List<String> hashes) {
        Deadline end = link.deadline(SCAN_TIMEOUT);
        List<Page> pages = hashes.stream().map(hash -> new Page(hash, link.commands().hscan(hash, PAGE))).toList();
        while (!pages.isEmpty()) {
            Deadline deadline = link.deadline().earlier(end);
            var next = new ArrayList<Page>();
            for (Page page : pages) {
                MapScanCursor<String, String> found = link.await(page.found(), deadline);
                found.getMap().forEach(this::offer);
                if (!found.isFinished()) {
                    next.add(new Page(page.hash(), link.commands().hscan(page.hash(), found, PAGE)));
                }
            }
            pages = next;
        }
        return List.copyOf(highest);
    }

    /** What is no number has no rank. */
    private void offer(String id, String value) {
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            return;
        }
        offer(new Ranked(id, number));
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
