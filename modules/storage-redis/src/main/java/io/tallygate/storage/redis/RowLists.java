package io.tallygate.storage.redis;

import io.lettuce.core.Range;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Utf8Order;
import io.tallygate.ledger.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists rows in their order, over all partitions. Documents are found by the sets of their ids; numbers, whose sections may
 * be large and are seldom listed, have none, and are found by looking at all of their section. Used once.
 */
final class RowLists {

    /** Few enough documents for a reply to come in time, also when they are large. */
    private static final int PAGE = 100;

    private final RedisLink link;
    private final Keyspace keyspace;
    private final Book book;
    private final Deadline end;

    RowLists(RedisLink link, Keyspace keyspace, Book book) {
        this.link = link;
        this.keyspace = keyspace;
        this.book = book;
        this.end = link.deadline(HashScan.TIMEOUT);
    }

    /** As {@link io.tallygate.ledger.LedgerStore#list}. */
    List<Row> list(String section, String afterId, int limit) {
        return list(section, keyspace.allPartitions(), afterId, limit);
    }

    /** As {@link io.tallygate.ledger.LedgerStore#listThrough}. */
    List<Row> listThrough(String throughSection, int limit) {
        var sections = new Sections(link, keyspace);
        var rows = new ArrayList<Row>();
        String after = "";
        NavigableMap<String, List<Integer>> page;
        do {
            page = sections.page(book, after, throughSection, end);
            for (Map.Entry<String, List<Integer>> section : page.entrySet()) {
                rows.addAll(list(section.getKey(), section.getValue(), "", limit - rows.size()));
                if (rows.size() == limit) {
                    return rows;
                }
                after = section.getKey();
            }
        } while (page.size() == Sections.PAGE);
        return rows;
    }

    private List<Row> list(String section, List<Integer> partitions, String afterId, int limit) {
        return book.kind() == Book.Kind.DOCUMENTS
                ? documents(section, partitions, afterId, limit)
                : numbers(section, partitions, afterId, limit);
    }

    /** A document that is deleted after its id was found is left out, and others are looked for in its place. */
    private List<Row> documents(String section, List<Integer> partitions, String afterId, int limit) {
        var documents = new DocumentReads(link, keyspace);
        var rows = new ArrayList<Row>();
        String after = afterId;
        int wanted;
        List<RowKey> found;
        do {
            wanted = Math.min(PAGE, limit - rows.size());
            var range = Range.from(Range.Boundary.excluding(after), Range.Boundary.<String>unbounded());
            found = Members
                    .of(link, partitions, partition -> keyspace.ids(partition, book, section), range, wanted, end)
                    .entrySet().stream()
                    .map(id -> new RowKey(book, section, id.getKey(), id.getValue().getFirst())).toList();
            if (!found.isEmpty()) {
                addFound(found, documents.readEach(found, link.deadline().earlier(end)), rows);
                after = found.getLast().id();
            }
        } while (found.size() == wanted && rows.size() < limit);
        return rows;
    }

    private static void addFound(List<RowKey> keys, List<@Nullable Versioned> found, List<Row> rows) {
        for (int i = 0; i < keys.size(); i++) {
            Versioned document = found.get(i);
            if (document != null && !document.isAbsent()) {
                rows.add(new Row(keys.get(i).section(), keys.get(i).id(), document.version(), document.document()));
            }
        }
    }

    private List<Row> numbers(String section, List<Integer> partitions, String afterId, int limit) {
        var first = new TreeMap<String, Long>(Utf8Order::compare);
        List<String> hashes = partitions.stream().map(partition -> keyspace.rows(partition, book, section)).toList();
        new HashScan(link).scan(hashes, (id, value) -> {
            if (Utf8Order.compare(id, afterId) > 0
                    && (first.size() < limit || Utf8Order.compare(id, first.lastKey()) <= 0)) {
                TopScan.number(value).ifPresent(number -> first.put(id, number));
            }
            if (first.size() > limit) {
                first.pollLastEntry();
            }
        });
        return first.entrySet().stream().map(row -> new Row(section, row.getKey(), row.getValue(), null)).toList();
    }
}
