package io.tallygate.ratelimit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rate limits in the memory of one process, within a bound of bytes. Thread-safe. Every stage that it returns is done.
 *
 * <p>Keys are spread over {@link Stripe}s, each with a lock of its own and an equal part of the bytes. A request holds the
 * locks of its keys' stripes, taken in their order, from its first look to its last change; so it takes effect at one
 * moment. Nothing waits while it holds one.
 */
final class MemoryStore implements RateLimitStore, RateLimitGauges {

    /** The fewest bytes that are of use. */
    static final long BYTES_MIN = MEMORY_MIN;

    private static final int STRIPES_MIN = 16;
    private static final int STRIPES_MAX = 1 << 14;
    /** What a stripe needs beside its keys: its objects, and the candidates for eviction. */
    private static final int STRIPE_BYTES = 16 << 10;

    private final Stripe[] stripes;
    private final KeyHash hash;
    private final SecureRandom random;
    private final LongSupplier clock;
    private final @Nullable Path file;
    private final LongAdder refusals = new LongAdder();

    /**
     * @param bytesMax how many bytes it may take, at least {@value #BYTES_MIN}
     * @param clock    nanoseconds since the epoch
     */
    MemoryStore(long bytesMax, LongSupplier clock) {
        this(bytesMax, null, clock);
    }

    private MemoryStore(long bytesMax, @Nullable Path file, LongSupplier clock) {
        this(bytesMax, stripesFor(bytesMax), KeyHash.random(new SecureRandom()), file, clock);
    }

    /** @param stripes how many, a power of two */
    MemoryStore(long bytesMax, int stripes, KeyHash hash, LongSupplier clock) {
        this(bytesMax, stripes, hash, null, clock);
    }

    private MemoryStore(long bytesMax, int stripes, KeyHash hash, @Nullable Path file, LongSupplier clock) {
        this.stripes = new Stripe[stripes];
        for (int i = 0; i < stripes; i++) {
            this.stripes[i] = new Stripe(bytesMax / stripes - STRIPE_BYTES);
        }
        this.hash = hash;
        this.file = file;
        this.clock = clock;
        this.random = new SecureRandom();
    }

    /**
     * A store with what a file has kept, if there is one, which {@link #close} keeps there again. The file is taken away, so
     * that a later run that dies without saving does not begin with what was long ago.
     *
     * @throws IOException naming the file, when it is damaged, or was written by a later version; it is left as it was
     */
    static MemoryStore restored(Path file, long bytesMax, LongSupplier clock) throws IOException {
        return MemoryStoreFile.read(file, hash -> new MemoryStore(bytesMax, stripesFor(bytesMax), hash, file, clock))
                .orElseGet(() -> new MemoryStore(bytesMax, file, clock));
    }

    /** Keeps everything that is counted in a file, which replaces a former one whole. */
    void save(Path file) throws IOException {
        MemoryStoreFile.write(file, hash, stripes);
    }

    private static int stripesFor(long bytesMax) {
        if (bytesMax < BYTES_MIN) {
            throw new IllegalArgumentException("bytesMax: " + bytesMax + ", must be at least " + BYTES_MIN);
        }
        return Math.clamp(Long.highestOneBit(bytesMax >> 20), STRIPES_MIN, STRIPES_MAX);
    }

    @Override
    public Precision precision() {
        return Precision.MEMORY;
    }

    @Override
    public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
        try {
            return CompletableFuture.completedFuture(decide(request));
        } catch (LimitStoreFullException full) {
            refusals.increment();
            return CompletableFuture.failedFuture(full);
        }
    }

    private RateLimitDecision decide(RateLimitRequest request) {
        if (request.claims().size() > 1 || request.leased()) {
            return new Joint(request).decide();
        }
        Claim claim = request.claims().getFirst();
        KeyHash.Name name = hash.of(claim.key());
        var entry = new Entry(stripe(name.high()));
        boolean fits = take(name.high(), name.low(), claim, request.force(), request.countsOn(0, 1), entry);
        var decision = LimitDecision.of(claim, claim.tested(), fits, request.force(), entry.decidedAt, entry);
        return new RateLimitDecision(!decision.denies(), Source.STORE, List.of(decision), Optional.empty());
    }

    /**
     * Decides a claim alone. It allocates nothing where the state is no list and the key is there.
     *
     * @param high  the key's hash, as is {@code low}
     * @param entry takes the state after the decision; its former content does not matter
     * @return whether the claim fits
     */
    boolean take(long high, long low, Claim claim, boolean force, boolean countsOn, Entry entry) {
        Limit limit = claim.limit();
        Transition transition = limit.algorithm().transition();
        Stripe stripe = stripe(high);
        entry.at(stripe, high, low);
        stripe.lock.lock();
        try {
            long nanos = clock.getAsLong();
            long now = limit.tick().of(nanos);
            entry.decidedAt = now;
            stripe.load(entry);
            entry.refresh(limit, nanos);
            boolean fits = claim.hits() < 0 || transition.admits(limit, entry, now, claim.tested());
            boolean passes = fits || force;
            boolean counts = Round.counts(claim, passes, passes || !claim.enforced(), countsOn);
            prepare(claim, counts, entry, entry, nanos);
            if (counts) {
                Round.count(claim, entry, now);
            }
            transition.report(limit, entry, now, claim.tested());
            return fits;
        } finally {
            stripe.store(entry);
            stripe.lock.unlock();
        }
    }

    /** Makes room for a state that will be kept. What is given back to a key that is not there needs no place for it. */
    private static void prepare(Claim claim, boolean counts, Entry entry, Asked asked, long nanos) {
        if ((counts && claim.hits() > 0) || ((counts || entry.changed) && entry.slot >= 0)) {
            entry.stripe.prepare(entry, claim.limit(), asked, nanos);
        }
    }

    private Stripe stripe(long high) {
        return stripes[index(high)];
    }

    private int index(long high) {
        return (int) (high >>> 32) & stripes.length - 1;
    }

    /** A request of several claims, or with a lease. */
    private final class Joint implements Asked {

        private final RateLimitRequest request;
        private final List<Claim> claims;
        private final Entry[] entries;

        private Joint(RateLimitRequest request) {
            this.request = request;
            this.claims = request.claims();
            this.entries = new Entry[claims.size()];
            for (int i = 0; i < entries.length; i++) {
                KeyHash.Name name = hash.of(claims.get(i).key());
                entries[i] = shared(i, name.high(), name.low());
            }
        }

        /** Claims of one key have one entry. */
        private Entry shared(int claimsBefore, long high, long low) {
            for (int i = 0; i < claimsBefore; i++) {
                if (entries[i].asks(high, low)) {
                    return entries[i];
                }
            }
            return entry(high, low);
        }

        @Override
        public boolean asks(long high, long low) {
            for (Entry entry : entries) {
                if (entry.asks(high, low)) {
                    return true;
                }
            }
            return false;
        }

        private RateLimitDecision decide() {
            Leases.Name name = request.leased() ? new Leases.Name(random.nextLong(), random.nextLong()) : null;
            return locked(entries, () -> {
                long nanos = clock.getAsLong();
                var round = new Round(request, entries, nanos, name);
                for (int from = 0; from < entries.length; from = request.groupEnd(from)) {
                    int end = request.groupEnd(from);
                    round.test(from, end);
                    for (int i = from; i < end; i++) {
                        prepare(claims.get(i), round.counted(i), entries[i], this, nanos);
                    }
                    round.apply(from, end);
                }
                return new RateLimitDecision(round.allowed(), Source.STORE, round.decisions(), lease(round, name));
            });
        }

        private Optional<Lease> lease(Round round, Leases.@Nullable Name name) {
            if (name == null || !round.tookPermits()) {
                return Optional.empty();
            }
            long[] hashes = Arrays.stream(entries).distinct()
                    .filter(entry -> entry.leases != null && entry.leases.holds(name))
                    .flatMapToLong(entry -> Arrays.stream(new long[]{entry.high, entry.low}))
                    .toArray();
            return Optional.of(new Lease(new LeaseId(name, hashes).encoded(),
                    EpochNanos.instant(round.leaseEndNanos())));
        }
    }

    /** An entry for a key, not yet loaded. */
    Entry entry(long high, long low) {
        var entry = new Entry(stripe(high));
        entry.at(entry.stripe, high, low);
        return entry;
    }

    private interface Step<R> {

        R run();
    }

    /** Loads entries, does something, and keeps them, all at one moment. */
    private <R> R locked(Entry[] entries, Step<R> step) {
        int[] order = new int[entries.length];
        for (int i = 0; i < entries.length; i++) {
            order[i] = index(entries[i].high);
        }
        Arrays.sort(order);
        // One that several entries share is locked as often, and unlocked.
        for (int index : order) {
            stripes[index].lock.lock();
        }
        try {
            for (int i = 0; i < entries.length; i++) {
                if (isFirst(entries, i)) {
                    entries[i].stripe.load(entries[i]);
                }
            }
            try {
                return step.run();
            } finally {
                for (int i = 0; i < entries.length; i++) {
                    if (isFirst(entries, i)) {
                        entries[i].stripe.store(entries[i]);
                    }
                }
            }
        } finally {
            for (int index : order) {
                stripes[index].lock.unlock();
            }
        }
    }

    /** Whether an entry is not among those before it. */
    private static boolean isFirst(Entry[] entries, int at) {
        for (int i = 0; i < at; i++) {
            if (entries[i] == entries[at]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public CompletionStage<Void> reset(List<LimitKey> keys) {
        for (LimitKey key : keys) {
            KeyHash.Name name = hash.of(key);
            Entry entry = entry(name.high(), name.low());
            entry.stripe.lock.lock();
            try {
                entry.stripe.load(entry);
                entry.stripe.remove(entry);
            } finally {
                entry.stripe.lock.unlock();
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Optional<Instant>> renew(String leaseId) {
        return CompletableFuture.completedFuture(LeaseId.decoded(leaseId).flatMap(this::renew));
    }

    private Optional<Instant> renew(LeaseId id) {
        Entry[] entries = entries(id);
        return locked(entries, () -> {
            long nanos = clock.getAsLong();
            List<Leases> held = held(entries, id.name(), nanos);
            if (held.size() < entries.length) {
                return Optional.empty();
            }
            long first = Long.MAX_VALUE;
            for (Entry entry : entries) {
                Limit limit = entry.limit();
                Leases leases = entry.leases;
                if (limit != null && leases != null) {
                    leases.renew(id.name(), limit.tick().of(nanos) + limit.windowTicks());
                    first = Math.min(first, leases.endOf(id.name()) * limit.tick().nanos());
                }
            }
            return Optional.of(EpochNanos.instant(first));
        });
    }

    @Override
    public CompletionStage<Void> release(String leaseId) {
        LeaseId.decoded(leaseId).ifPresent(id -> {
            Entry[] entries = entries(id);
            locked(entries, () -> {
                held(entries, id.name(), clock.getAsLong()).forEach(leases -> leases.remove(id.name()));
                return entries;
            });
        });
        return CompletableFuture.completedFuture(null);
    }

    /** Each key once, whatever whoever made the id may have put into it. */
    private Entry[] entries(LeaseId id) {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < id.keys(); i++) {
            long high = id.high(i);
            long low = id.low(i);
            if (entries.stream().noneMatch(entry -> entry.asks(high, low))) {
                entries.add(entry(high, low));
            }
        }
        return entries.toArray(Entry[]::new);
    }

    /** The leases of those keys for which the name has not ended; a key without it is left as it is. */
    private static List<Leases> held(Entry[] entries, Leases.Name name, long nanos) {
        var held = new ArrayList<Leases>();
        for (Entry entry : entries) {
            Limit limit = entry.limit();
            Leases leases = entry.leases;
            if (limit != null && leases != null && leases.holds(name)) {
                long now = limit.tick().of(nanos);
                entry.refresh(limit, nanos);
                leases.dropThrough(now);
                entry.changed = true;
                if (leases.holds(name)) {
                    held.add(leases);
                }
            }
        }
        return held;
    }

    /** Puts a key back that was saved. */
    void restore(Entry entry, Limit limit) {
        long nanos = clock.getAsLong();
        entry.stripe.lock.lock();
        try {
            entry.refresh(limit, nanos);
            entry.changed = true;
            if (!limit.algorithm().transition().isBlank(entry)) {
                entry.stripe.restore(entry, limit, nanos);
            }
        } finally {
            entry.stripe.lock.unlock();
        }
    }

    @Override
    public long keys() {
        return sum(Stripe::size);
    }

    @Override
    public long bytes() {
        return sum(stripe -> stripe.bytes() + STRIPE_BYTES);
    }

    private interface Figure {

        long of(Stripe stripe);
    }

    private long sum(Figure figure) {
        long sum = 0;
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                sum += figure.of(stripe);
            } finally {
                stripe.lock.unlock();
            }
        }
        return sum;
    }

    @Override
    public long evictions() {
        return Arrays.stream(stripes).mapToLong(Stripe::evictions).sum();
    }

    @Override
    public long refusals() {
        return refusals.sum();
    }

    /** Keeps what is counted where it was restored from, if anything is. */
    @Override
    public void close() {
        Path kept = file;
        if (kept == null || keys() == 0) {
            return;
        }
        try {
            save(kept);
        } catch (IOException e) {
            throw new UncheckedIOException("rate limits could not be saved to " + kept, e);
        }
    }
}
