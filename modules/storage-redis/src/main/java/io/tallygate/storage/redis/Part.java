package io.tallygate.storage.redis;

import io.tallygate.ledger.Change;
import io.tallygate.ledger.Mode;
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

    /** What is done to a row. */
    enum What {
        /** Something is added, which only the range of a 64-bit integer bounds. */
        FREE,
        /** Something is added, with other bounds. */
        BOUNDED,
        /** The row is forgotten. */
        DELETE,
        /** Nothing; the outcome is the delta. */
        ECHO;

        final String label = name().toLowerCase(Locale.ROOT);
    }

    /** What changes have in common; {@code hash} is an index into the script's keys, the bounds are of the value after. */
    record Kind(int hash, What what, long lowest, long highest) {}

    /** One change; {@code kind} counts from 1. */
    record Step(int kind, String field, long delta) {}

    /**
     * The key of a posting, in this partition.
     *
     * @param at    what a new record is stamped with, in milliseconds
     * @param ageAt when the age of a known record is taken, in milliseconds
     */
    record Keyed(String record, String fingerprint, long at, long ageAt, long life, long refusedLife, String memo) {}

    /** A posting's share of this partition. */
    record Share(Mode mode, @Nullable Keyed keyed, List<Step> steps) {}

    private final Keyspace keyspace;
    private final int partition;
    private String guard;
    private final Map<String, Integer> hashes = new LinkedHashMap<>();
    private final Map<Kind, Integer> kinds = new LinkedHashMap<>();
    private final List<Share> shares = new ArrayList<>();
    private final List<String> records = new ArrayList<>();
    private int size;

    Part(Keyspace keyspace, int partition, String guard) {
        this.keyspace = keyspace;
        this.partition = partition;
        this.guard = guard;
    }

    String guard() {
        return guard;
    }

    /** Has this part guarded by a key of its own, beside the one that another flush's number took. */
    void guardAlone(String fingerprint) {
        guard = guard + ':' + fingerprint;
    }

    Iterable<String> hashes() {
        return hashes.keySet();
    }

    int hashCount() {
        return hashes.size();
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

    /** @throws IllegalArgumentException beyond {@link #CHANGES_MAX} */
    Step step(Change change) {
        int hash = hashes.computeIfAbsent(keyspace.rows(partition, change.row()), key -> hashes.size() + 2);
        String field = change.row().id();
        return switch (change) {
            case Change.Delete _ -> step(new Kind(hash, What.DELETE, 0, 0), field, 0);
            case Change.Add add -> step(add.isUnbounded()
                    ? new Kind(hash, What.FREE, 0, 0)
                    : new Kind(hash, What.BOUNDED, add.atLeast(), add.atMost()), field, add.delta());
        };
    }

    Step echo(long value) {
        return step(new Kind(1, What.ECHO, 0, 0), "", value);
    }

    private Step step(Kind kind, String field, long delta) {
        if (++size > CHANGES_MAX) {
            throw new IllegalArgumentException("more than " + CHANGES_MAX + " changes for one partition");
        }
        return new Step(kinds.computeIfAbsent(kind, k -> kinds.size() + 1), field, delta);
    }
}
