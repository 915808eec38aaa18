package io.tallygate.storage.redis;

import io.tallygate.counter.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What one partition does for one flush, in the terms of {@code flush.lua}. Confined to one thread while it is built. */
final class Part {

    /** The most changes in one script: about 0.2 s of the server's time. */
    static final int CHANGES_MAX = 100_000;

    /** Beyond it a sum of a value and a delta of up to {@link #WIDE_DELTA_MAX} could not lie within 2^53. */
    private static final long WIDE_RANGE = 1L << 62;
    private static final long WIDE_DELTA_MAX = 1L << 61;

    enum Mode {
        /** Only the range of a 64-bit integer bounds it. */
        FREE,
        /** Bounds so wide that a result below 2^53 proves that they were kept. */
        WIDE,
        /** Any other bounds. */
        BOUNDED,
        /** Forgets the counter. */
        RESET,
        /** Changes nothing; its outcome is its delta. */
        ECHO;

        final String label = name().toLowerCase(Locale.ROOT);
    }

    /** What changes have in common; {@code hash} is an index into the script's keys. */
    record Kind(int hash, Mode mode, long lowest, long highest) {}

    /** One change; {@code kind} counts from 1. */
    record Step(int kind, String field, long delta) {}

    /**
     * A keyed request's share of this partition.
     *
     * @param at    what a new record is stamped with, in milliseconds
     * @param ageAt when the age of a known record is taken, in milliseconds
     */
    record Keyed(String record, String fingerprint, long at, long ageAt, List<Step> steps) {}

    private final Keyspace keyspace;
    private final int partition;
    private String guard;
    private final Map<String, Integer> hashes = new LinkedHashMap<>();
    private final Map<Kind, Integer> kinds = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Keyed> keyed = new ArrayList<>();
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

    List<Step> steps() {
        return steps;
    }

    List<Keyed> keyed() {
        return keyed;
    }

    void add(Change change) {
        steps.add(step(change));
    }

    void add(String record, String fingerprint, long at, long ageAt, List<Step> requestSteps) {
        keyed.add(new Keyed(record, fingerprint, at, ageAt, requestSteps));
    }

    /** @throws IllegalArgumentException beyond {@link #CHANGES_MAX} */
    Step step(Change change) {
        int hash = hashes.computeIfAbsent(keyspace.counters(partition, change.counter().counterType()),
                key -> hashes.size() + 2);
        String field = change.counter().resourceId();
        return switch (change) {
            case Change.Reset _ -> step(new Kind(hash, Mode.RESET, 0, 0), field, 0);
            case Change.Add add -> step(kind(hash, add), field, add.delta());
        };
    }

    Step echo(long value) {
        return step(new Kind(1, Mode.ECHO, 0, 0), "", value);
    }

    private Step step(Kind kind, String field, long delta) {
        if (++size > CHANGES_MAX) {
            throw new IllegalArgumentException("more than " + CHANGES_MAX + " changes for one partition");
        }
        return new Step(kinds.computeIfAbsent(kind, k -> kinds.size() + 1), field, delta);
    }

    private static Kind kind(int hash, Change.Add add) {
        long lowestOfRange = add.delta() < 0 ? Long.MIN_VALUE - add.delta() : Long.MIN_VALUE;
        long highestOfRange = add.delta() > 0 ? Long.MAX_VALUE - add.delta() : Long.MAX_VALUE;
        if (add.lowest() <= lowestOfRange && add.highest() >= highestOfRange) {
            return new Kind(hash, Mode.FREE, 0, 0);
        }
        boolean wide = add.lowest() <= -WIDE_RANGE && add.highest() >= WIDE_RANGE
                && add.delta() >= -WIDE_DELTA_MAX && add.delta() <= WIDE_DELTA_MAX;
        return new Kind(hash, wide ? Mode.WIDE : Mode.BOUNDED, add.lowest(), add.highest());
    }
}
