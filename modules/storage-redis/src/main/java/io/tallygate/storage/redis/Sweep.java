package io.tallygate.storage.redis;

import io.lettuce.core.MapScanCursor;
import io.lettuce.core.Range;
import io.lettuce.core.ScanArgs;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.WrongTypeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Deletes the rows of sections that are over, section by section and partition by partition: a page of ids is looked up, and
 * a flush of its own deletes them. Used once, by one thread.
 */
final class Sweep {

    private static final int PAGE = 1_000;

    /** Its flushes are not repeated, and a copy of one that arrives late deletes only what is over. */
    private static final Duration GUARD_LIFE = Duration.ofMinutes(1);

    private final RedisLink link;
    private final Keyspace keyspace;
    private final FlushScript script;
    private final Book book;
    private final Deadline end;
    /** Another one for each sweep: copies of one process would have the same. */
    private final String writer = "sweep-" + UUID.randomUUID();
    private long sequence;

    Sweep(RedisLink link, Keyspace keyspace, FlushScript script, Book book) {
        this.link = link;
        this.keyspace = keyspace;
        this.script = script;
        this.book = book;
        this.end = link.deadline(HashScan.TIMEOUT);
    }

    /** How many rows it deleted, up to a limit. */
    int run(String throughSection, int limit) {
        var sections = new Sections(link, keyspace);
        int deleted = 0;
        String after = "";
        NavigableMap<String, List<Integer>> page;
        do {
            page = sections.page(book, after, throughSection, end);
            for (Map.Entry<String, List<Integer>> section : page.entrySet()) {
                for (int partition : section.getValue()) {
                    deleted += run(partition, section.getKey(), limit - deleted);
                    if (deleted == limit) {
                        return deleted;
                    }
                }
                after = section.getKey();
            }
        } while (page.size() == Sections.PAGE);
        return deleted;
    }

    /** What somebody else put in a section's place stays, and is no reason to keep other sections. */
    private int run(int partition, String section, int limit) {
        try {
            return book.kind() == Book.Kind.DOCUMENTS
                    ? documents(partition, section, limit)
                    : numbers(partition, section, limit);
        } catch (WrongTypeException notOfThisProgram) {
            return 0;
        }
    }

    private int documents(int partition, String section, int limit) {
        int deleted = 0;
        int asked;
        int deletedLast;
        do {
            asked = Math.min(PAGE, limit - deleted);
            Set<String> ids = Members.of(link, List.of(partition), p -> keyspace.ids(p, book, section),
                    Range.unbounded(), asked, end).keySet();
            deletedLast = delete(partition, section, ids);
            deleted += deletedLast;
        } while (deletedLast == asked && deleted < limit);
        return deleted;
    }

    /** One scan for all of them: one that began again would have to pass what was deleted. */
    private int numbers(int partition, String section, int limit) {
        String hash = keyspace.rows(partition, book, section);
        ScanArgs page = ScanArgs.Builder.limit(PAGE);
        int deleted = 0;
        MapScanCursor<String, String> found = link.await(link.commands().hscan(hash, page), deadline());
        while (true) {
            deleted += delete(partition, section,
                    found.getMap().keySet().stream().limit(limit - deleted).collect(Collectors.toSet()));
            if (deleted == limit || found.isFinished()) {
                return deleted;
            }
            found = link.await(link.commands().hscan(hash, found, page), deadline());
        }
    }

    private int delete(int partition, String section, Set<String> ids) {
        if (ids.isEmpty()) {
            return 0;
        }
        var part = new Part(keyspace, partition, keyspace.flushGuard(partition, writer), Recording.NONE);
        part.add(new Part.Share(Mode.EACH, Memo.EMPTY, null, ids.stream()
                .map(id -> part.step(new Change.Delete(new RowKey(book, section, id, partition)))).toList()));
        var stamp = new FlushScript.Stamp(++sequence, "", 0, GUARD_LIFE);
        Outcomes outcomes = new PartReply(link.await(script.send(link.commands(), part, stamp), deadline()))
                .nextPlain();
        return outcomes.size() - outcomes.refusedCount();
    }

    private Deadline deadline() {
        return link.deadline().earlier(end);
    }
}
