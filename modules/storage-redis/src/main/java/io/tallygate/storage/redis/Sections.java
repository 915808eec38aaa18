package io.tallygate.storage.redis;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.Range;
import io.lettuce.core.ScanArgs;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Utf8Order;
import java.util.List;
import java.util.NavigableMap;

/**
 * Finds the sections of a book in their order, each with the partitions that have rows of it: in the sets that list them, or,
 * for a book that is in none, among the names of all keys. Thread-safe.
 */
final class Sections {

    /** The most in one page; a smaller page is the last. */
    static final int PAGE = 100;

    private static final int KEYS_AT_ONCE = 1_000;

    private final RedisLink link;
    private final Keyspace keyspace;

    Sections(RedisLink link, Keyspace keyspace) {
        this.link = link;
        this.keyspace = keyspace;
    }

    /** Those from behind one on, the empty one being before all, through another. */
    NavigableMap<String, List<Integer>> page(Book book, String after, String through, Deadline end) {
        if (!keyspace.isListed(book)) {
            return scanned(book, after, through, end);
        }
        var range = Range.from(Range.Boundary.excluding(after), Range.Boundary.including(through));
        return Members.of(link, keyspace.allPartitions(), partition -> keyspace.sections(partition, book), range, PAGE,
                end);
    }

    private NavigableMap<String, List<Integer>> scanned(Book book, String after, String through, Deadline end) {
        var members = new Members(PAGE);
        ScanArgs page = ScanArgs.Builder.matches(keyspace.rowsPattern(book)).limit(KEYS_AT_ONCE);
        KeyScanCursor<String> found = link.await(link.commands().scan(page), link.deadline().earlier(end));
        add(book, found.getKeys(), after, through, members);
        while (!found.isFinished()) {
            found = link.await(link.commands().scan(found, page), link.deadline().earlier(end));
            add(book, found.getKeys(), after, through, members);
        }
        return members.first();
    }

    private void add(Book book, List<String> keys, String after, String through, Members members) {
        for (String key : keys) {
            keyspace.section(book, key).filter(section -> Utf8Order.compare(section.name(), after) > 0
                    && Utf8Order.compare(section.name(), through) <= 0)
                    .ifPresent(section -> members.add(section.name(), section.partition()));
        }
    }
}
