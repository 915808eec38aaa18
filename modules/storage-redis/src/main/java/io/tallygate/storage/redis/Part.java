package io.tallygate.storage.redis;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outbox;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.RowKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one partition does for one flush, in the terms of {@code flush.lua}. Confined to one thread while it is built. */
final class Part {

    /** The most changes in one script: about 0.2 s of the server's time. */
    static final int CHANGES_MAX = 100_000;

    /** The most bytes of documents in one script: eight of the largest. */
    static final int DOCUMENT_BYTES_MAX = 8 * Document.BYTES_MAX;

    /** What is done to a row. */
    enum What {
        /** Something is added, which only the range of a 64-bit integer bounds. */
        FREE,
        /** Something is added, with other bounds. */
        BOUNDED,
        /** A document is written, if a version is there. */
        PUT,
        /** The row is forgotten, if a version is there. */
        DELETE,
        /** Nothing; the outcome is the delta. */
        ECHO,
        /** Nothing; says of the other kinds of its hash where their rows are listed. */
        LISTED;

        final String label = name().toLowerCase(Locale.ROOT);
    }

    /**
     * What changes have in common.
     *
     * @param hash   an index into the script's keys
     * @param first  of {@link What#BOUNDED} the lowest value after it, of {@link What#PUT} and {@link What#DELETE} the version
     *               that must be there, of {@link What#LISTED} the index of the set of sections; else 0
     * @param second of {@link What#BOUNDED} the highest value after it, of {@link What#LISTED} the index of the set of ids,
     *               where there is one; else 0
     */
    record Kind(int hash, What what, long first, long second) {}

    /** One change; {@code kind} counts from 1, and {@code document} is what a {@link What#PUT} writes. */
    record Step(int kind, String field, long delta, @Nullable Document document) {}

    /**
     * The key of a posting, in this partition.
     *
     * @param at    what a new record is stamped with, in milliseconds
     * @param ageAt when the age of a known record is taken, in milliseconds
     */
    record Keyed(String record, String fingerprint, long at, long ageAt, long life, long refusedLife, String memo) {}

    /** A posting's share of this partition. */
    record Share(Mode mode, Memo memo, @Nullable Keyed keyed, List<Step> steps) {}

    /** A hash whose changes are recorded, by its index into the script's keys, and whose rows it has. */
    record Recorded(int hash, Book book, String section) {}

    /**
     * Where facts are recorded, by indices into the script's keys.
     *
     * @param bytesMax how many bytes of them wait at most
     */
    record OutboxKeys(int facts, int ids, int factSections, int numbers, int numberSections, String section,
            long bytesMax) {}

    private final Keyspace keyspace;
    private final int partition;
    private String guard;
    private final Map<String, Integer> rowKeys = new LinkedHashMap<>();
    private final Map<Kind, Integer> kinds = new LinkedHashMap<>();
    private final List<Share> shares = new ArrayList<>();
    private final List<String> records = new ArrayList<>();
    private final Recording recording;
    private final List<Recorded> recorded = new ArrayList<>();
    private int size;
    private int documentBytes;

    Part(Keyspace keyspace, int partition, String guard, Recording recording) {
        this.keyspace = keyspace;
        this.partition = partition;
        this.guard = guard;
        this.recording = recording;
    }

    /** Redis's strings are bytes, and this one's characters are too. */
    static String text(Memo memo) {
        return new String(memo.bytes(), StandardCharsets.ISO_8859_1);
    }

    /** Hashes whose changes are recorded. */
    List<Recorded> recorded() {
        return recorded;
    }

    /** To be asked for before {@link #rowKeys}, where anything is recorded. */
    OutboxKeys outbox() {
        String section = Outbox.section(partition);
        Book facts = Outbox.FACTS;
        Book numbers = Outbox.NUMBERS;
        return new OutboxKeys(rowKey(keyspace.rows(partition, facts, section)),
                rowKey(keyspace.ids(partition, facts, section)), rowKey(keyspace.sections(partition, facts)),
                rowKey(keyspace.rows(partition, numbers, section)), rowKey(keyspace.sections(partition, numbers)),
                section, recording.bytesMax() / keyspace.partitions());
    }

    String guard() {
        return guard;
    }

    /** Has this part guarded by a key of its own, beside the one that another flush's number took. */
    void guardAlone(String fingerprint) {
        guard = guard + ':' + fingerprint;
    }

    /** Hashes of rows, and the sets in which they are listed. */
    Iterable<String> rowKeys() {
        return rowKeys.keySet();
    }

    int rowKeyCount() {
        return rowKeys.size();
    }

    Iterable<Kind> kinds() {
        return kinds.keySet();
    }

    int kindCount() {
        return kinds.size();
    }

    List<Share> shares() {
        return shares;
    }

    /** Of the shares that have a key, in their order. */
    List<String> records() {
        return records;
    }

    void add(Share share) {
        shares.add(share);
        Keyed keyed = share.keyed();
        if (keyed != null) {
            records.add(keyed.record());
        }
    }

    /** @throws IllegalArgumentException beyond {@link #CHANGES_MAX} or {@link #DOCUMENT_BYTES_MAX} */
    Step step(Change change) {
        int hash = hash(change.row());
        String field = change.row().id();
        return switch (change) {
            case Change.Add add -> step(add.isUnbounded()
                    ? new Kind(hash, What.FREE, 0, 0)
                    : new Kind(hash, What.BOUNDED, add.atLeast(), add.atMost()), field, add.delta(), null);
            case Change.Put put -> put(new Kind(hash, What.PUT, put.ifVersion(), 0), field, put.document());
            case Change.Delete delete -> step(new Kind(hash, What.DELETE, delete.ifVersion(), 0), field, 0, null);
        };
    }

    Step echo(long value) {
        return step(new Kind(1, What.ECHO, 0, 0), "", value, null);
    }

    private int hash(RowKey row) {
        String key = keyspace.rows(partition, row);
        Integer known = rowKeys.get(key);
        if (known != null) {
            return known;
        }
        int hash = rowKey(key);
        if (recording.books().contains(row.book())) {
            recorded.add(new Recorded(hash, row.book(), row.section()));
        }
        if (keyspace.isListed(row.book())) {
            int sections = rowKey(keyspace.sections(partition, row.book()));
            int ids = row.book().kind() == Book.Kind.DOCUMENTS
                    ? rowKey(keyspace.ids(partition, row.book(), row.section()))
                    : 0;
            kinds.put(new Kind(hash, What.LISTED, sections, ids), kinds.size() + 1);
        }
        return hash;
    }

    /** Its index in the script's keys, which begin with the guard. */
    private int rowKey(String key) {
        return rowKeys.computeIfAbsent(key, k -> rowKeys.size() + 2);
    }

    private Step put(Kind kind, String field, Document document) {
        documentBytes += document.length();
        if (documentBytes > DOCUMENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "documents of more than " + DOCUMENT_BYTES_MAX + " bytes for one partition");
        }
        return step(kind, field, 0, document);
    }

    private Step step(Kind kind, String field, long delta, @Nullable Document document) {
        if (++size > CHANGES_MAX) {
            throw new IllegalArgumentException("more than " + CHANGES_MAX + " changes for one partition");
        }
        return new Step(kinds.computeIfAbsent(kind, k -> kinds.size() + 1), field, delta, document);
    }
}
