package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/** The names of this module's keys, and which partition holds what. Immutable. */
final class Keyspace {

    static final int PARTITIONS_MAX = 1_024;
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private static final String COUNTERS = "counter";

    private final String prefix;
    private final String[] tags;

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
    }

    int partitions() {
        return tags.length;
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
        return tags[partition] + (book.name().equals(COUNTERS) ? ":counters:" : ":row:" + book.name() + ':') + section;
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
