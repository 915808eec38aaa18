package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/** The names of this module's keys, and which partition holds what. Immutable. */
final class Keyspace {

    static final int PARTITIONS_MAX = 1_024;
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private static final String COUNTERS = "counter";

    private final String prefix;
    private final String[] tags;
    private final Map<String, Integer> partitions;

    /** @throws IllegalArgumentException naming the setting */
    Keyspace(String prefix, int partitions) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "tallygate.redis.key-prefix is '" + prefix + "', must match " + PREFIX.pattern());
        }
        if (partitions < 1 || partitions > PARTITIONS_MAX) {
            throw new IllegalArgumentException(
                    "tallygate.redis.partitions is " + partitions + ", must be 1 to " + PARTITIONS_MAX);
        }
        this.prefix = prefix;
        this.tags = IntStream.range(0, partitions).mapToObj(i -> "{" + prefix + ":" + i + "}").toArray(String[]::new);
        this.partitions = IntStream.range(0, partitions).boxed().collect(Collectors.toMap(i -> tags[i], i -> i));
    }

    int partitions() {
        return tags.length;
    }

    List<Integer> allPartitions() {
        return IntStream.range(0, tags.length).boxed().toList();
    }

    int partition(RowKey row) {
        return Integer.remainderUnsigned(row.home(), tags.length);
    }

    /** The partition that knows whether the id of an idempotency key is taken. */
    int partition(String idempotencyId) {
        if (tags.length == 1) {
            return 0;
        }
        var hash = new CRC32();
        hash.update(idempotencyId.getBytes(UTF_8));
        return (int) (hash.getValue() % tags.length);
    }

    /** The hash of a row's section. */
    String rows(int partition, RowKey row) {
        return rows(partition, row.book(), row.section());
    }

    /** The hash of a section. Those of counters have the name which version 0.1.0 gave them. */
    String rows(int partition, Book book, String section) {
        return tags[partition] + rows(book) + section;
    }

    private static String rows(Book book) {
        return book.name().equals(COUNTERS) ? ":counters:" : ":row:" + book.name() + ':';
    }

    /** A section of a book in a partition. */
    record Section(int partition, String name) {}

    /** A glob-style pattern that the hashes of a book match; what else does, {@link #section} tells from them. */
    String rowsPattern(Book book) {
        return "{" + prefix + ":*}" + rows(book) + '*';
    }

    /** The section that a key is the hash of; empty when it is of another book, or of none. */
    Optional<Section> section(Book book, String key) {
        Integer partition = partitions.get(key.substring(0, key.indexOf('}') + 1));
        String rows = partition == null ? "" : rows(partition, book, "");
        return partition != null && key.startsWith(rows)
                ? Optional.of(new Section(partition, key.substring(rows.length())))
                : Optional.empty();
    }

    /** Whether the sections of a book are in a set. Those of counters are in none: version 0.1.0 made none. */
    boolean isListed(Book book) {
        return !book.name().equals(COUNTERS);
    }

    /** The sorted set of the sections of a book: without a colon behind the book, so that no section's hash is called so. */
    String sections(int partition, Book book) {
        return tags[partition] + ":row:" + book.name();
    }

    /** The sorted set of the ids in a section of documents. */
    String ids(int partition, Book book, String section) {
        return tags[partition] + ":ids:" + book.name() + ':' + section;
    }

    String record(int partition, String idempotencyId) {
        return tags[partition] + ":request:" + idempotencyId;
    }

    String claim(int partition, String idempotencyId) {
        return tags[partition] + ":claim:" + idempotencyId;
    }

    String flushGuard(int partition, String writer) {
        return tags[partition] + ":flush:" + writer;
    }

    String claimGuard(int partition, String writer) {
        return tags[partition] + ":claims:" + writer;
    }

    /** What is written before replicas are waited for. */
    String replicated() {
        return probe(0) + ":replicated";
    }

    /** A key that never exists. */
    String probe(int partition) {
        return tags[partition] + ":probe";
    }

    /** Where the layout of the data is kept, by the version that wrote it last. */
    String layoutKey() {
        return prefix + ":layout";
    }

    /** Where the number of partitions is kept, which the data's life depends on. */
    String partitionsKey() {
        return prefix + ":partitions";
    }
}
