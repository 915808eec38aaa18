package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.counter.CounterKey;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/** The names of this module's keys, and which partition holds what. Immutable. */
final class Keyspace {

    static final int PARTITIONS_MAX = 1_024;
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

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

    int partition(CounterKey counter) {
        if (tags.length == 1) {
            return 0;
        }
        var hash = new CRC32();
        hash.update(counter.counterType().getBytes(UTF_8));
        hash.update(0);
        hash.update(counter.resourceId().getBytes(UTF_8));
        return (int) (hash.getValue() % tags.length);
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

    String counters(int partition, String counterType) {
        return tags[partition] + ":counters:" + counterType;
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

    /** Where the number of partitions is kept, which the data's life depends on. */
    String partitionsKey() {
        return prefix + ":partitions";
    }
}
