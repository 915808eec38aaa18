package io.tallygate.storage.redis;

import io.lettuce.core.MapScanCursor;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Looks at all fields of hashes, in pages. A field may be shown twice, with another value. Thread-safe. */
final class HashScan {

    /** How long it may take in all; each page has the usual time-out. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final ScanArgs PAGE = ScanArgs.Builder.limit(1_000);

    private record Page(String hash, RedisFuture<MapScanCursor<String, String>> found) {}

    private final RedisLink link;

    HashScan(RedisLink link) {
        this.link = link;
    }

    /** Shows each field and its value. Pages of all hashes are asked for together. */
    void scan(List<String> hashes, BiConsumer<String, String> field) {
        Deadline end = link.deadline(TIMEOUT);
        List<Page> pages = hashes.stream().map(hash -> new Page(hash, link.commands().hscan(hash, PAGE))).toList();
        while (!pages.isEmpty()) {
            Deadline deadline = link.deadline().earlier(end);
            var next = new ArrayList<Page>();
            for (Page page : pages) {
                MapScanCursor<String, String> found = link.await(page.found(), deadline);
                found.getMap().forEach(field);
                if (!found.isFinished()) {
                    next.add(new Page(page.hash(), link.commands().hscan(page.hash(), found, PAGE)));
                }
            }
            pages = next;
        }
    }
}
