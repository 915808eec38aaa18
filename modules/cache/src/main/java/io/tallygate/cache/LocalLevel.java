package io.tallygate.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * L1: values in the process, and whether they can be trusted. Thread-safe.
 *
 * <p>Implementation: lives are judged here and not by Caffeine, because a value outlives its life to stand in, and so
 * that a hit reads the time once. {@link #trust} is read after {@link #heardAt}, and written before it, so that
 * nobody takes a value from before a silence for one from after it.
 *
 * @param <V> a value
 */
final class LocalLevel<V> {

    /** Without a word from L2 for so long what is here cannot be trusted. */
    static final Duration SILENCE = Duration.ofSeconds(2);
    /** The longest life of what no message can reach. */
    static final Duration ALONE_LIFE = Duration.ofSeconds(5);

    private static final long SILENCE_NANOS = SILENCE.toNanos();
    /** A draw of more than that many load times has a probability of 2 in a billion. */
    private static final int EARLY_LOADS = 20;
    private static final double PERCENT = 100;

    private final Cache<String, Held<V>> values;
    private final Epochs epochs = new Epochs();
    private final CachePolicy policy;
    private final boolean hasShared;
    private final LongSupplier ticker;
    private final Supplier<RandomGenerator> random;
    private final Counts counts;
    private volatile long heardAt;
    private volatile Trust trust = Trust.first();
    private volatile boolean wasHeard;

    /** What a value's reading began with: it enters only if nothing was told since. */
    record Start(long nanos, long epoch, Trust trust, boolean followed) {}

    LocalLevel(CachePolicy policy, boolean hasShared, LongSupplier ticker, Supplier<RandomGenerator> random,
            Counts counts) {
        this.policy = policy;
        this.hasShared = hasShared;
        this.ticker = ticker;
        this.random = random;
        this.counts = counts;
        this.heardAt = ticker.getAsLong() - SILENCE_NANOS;
        this.values = Caffeine.newBuilder().maximumSize(policy.entries()).executor(Runnable::run)
                .evictionListener((_, _, _) -> counts.evictions.increment()).build();
    }

    long entries() {
        return values.estimatedSize();
    }

    /** The value if it may be told as it is. */
    @Nullable
    Held<V> usable(String key, long now) {
        Held<V> held = values.getIfPresent(key);
        long heard = heardAt;
        return held != null && held.trust == trust && now - held.freshUntil < 0
                && (held.alone || now - heard < SILENCE_NANOS) ? held : null;
    }

    /** Draws whether it is time to have a new one, the sooner the longer that takes (XFetch). */
    boolean isEarly(Held<V> held, long now) {
        if (now - held.earlyFrom < 0) {
            return false;
        }
        double draw = -Math.log(1 - random.get().nextDouble()) * held.loadNanos;
        return draw >= held.freshUntil - now;
    }

    /** A value that may stand in where no newer one can be had. */
    @Nullable
    Held<V> standIn(String key, long now) {
        Held<V> held = values.getIfPresent(key);
        return held != null && now - standInUntil(held, now) < 0 ? held : null;
    }

    private long standInUntil(Held<V> held, long now) {
        return !held.trust.isOfGeneration(trust) ? now : isTrusted(held, now) ? held.staleUntil : held.soundUntil;
    }

    /** Whether it would be known here if it had been invalidated, as far as anything can be known. */
    private boolean isTrusted(Held<V> held, long now) {
        long heard = heardAt;
        return held.trust == trust && (!hasShared || (!held.alone && now - heard < SILENCE_NANOS));
    }

    /** Has it stand in without its source being asked for a while. */
    void letStandIn(String key, Held<V> held, Start start) {
        long now = ticker.getAsLong();
        if (held == usable(key, now)) {
            // Only its refreshment failed, and its life is not over.
            return;
        }
        Held<V> standing = standing(held, start, now, isTrusted(held, now), held.soundUntil);
        values.asMap().computeIfPresent(key,
                (_, there) -> there == held && epochs.of(key) == start.epoch ? standing : there);
    }

    /** The same for one that L2 has just had. */
    void enterStandIn(String key, Held<V> held, Start start) {
        long now = ticker.getAsLong();
        enter(key, start, standing(held, start, now, isTrusted(held, now), now + policy.retry().toNanos()));
    }

    /** @param soundUntil until when it may do so if it is not trusted */
    private Held<V> standing(Held<V> held, Start start, long now, boolean trusted, long soundUntil) {
        long limit = trusted ? held.staleUntil : soundUntil;
        long asked = now + policy.retry().toNanos();
        var span = new Held.Span(asked - limit < 0 ? asked : limit, trusted ? held.soundUntil : limit, limit);
        return new Held<>(held.cached.asStale(), start.trust, !hasShared || !trusted, span, held.loadNanos,
                now + Held.FAR_NANOS);
    }

    Start start(String key) {
        long now = ticker.getAsLong();
        boolean followed = hasShared && now - heardAt < SILENCE_NANOS;
        return new Start(now, epochs.of(key), trust, followed);
    }

    /** Whether nothing was told about the key since. */
    boolean isCurrent(String key, Start start) {
        return epochs.of(key) == start.epoch;
    }

    /** Lets it in unless something was told since its reading began. */
    void enter(String key, Start start, Held<V> held) {
        values.asMap().compute(key, (_, there) -> epochs.of(key) == start.epoch ? held : there);
    }

    void remove(String key, Held<V> held) {
        values.asMap().remove(key, held);
    }

    /** A value as it enters: from now on, for as long as its life in L1 and what is left of that in L2 allow. */
    Held<V> held(Cached<V> cached, Start start, long sharedNanos, long loadNanos) {
        long now = ticker.getAsLong();
        boolean isAlone = !start.followed;
        long own = jittered(cached.value().isPresent() ? policy.localLife() : policy.negativeLife());
        if (isAlone && (hasShared || !policy.own())) {
            own = Math.min(own, ALONE_LIFE.toNanos());
        }
        long life = Math.min(own, sharedNanos);
        long freshUntil = now + life;
        long stale = cached.value().isPresent() ? policy.staleLife().toNanos() : 0;
        // What ends here before it does in L2 is asked for there; only what ends everywhere has to be loaded.
        boolean endsEverywhere = sharedNanos <= own || !hasShared;
        return new Held<>(cached, start.trust, isAlone, new Held.Span(freshUntil, freshUntil, freshUntil + stale),
                loadNanos, endsEverywhere
                        ? freshUntil - Math.min(EARLY_LOADS * loadNanos, Held.FAR_NANOS)
                        : freshUntil + Held.FAR_NANOS);
    }

    /** A life, more or less the policy's jitter. */
    long jittered(Duration life) {
        double off = (2 * random.get().nextDouble() - 1) * policy.jitter() / PERCENT;
        return Math.max(1, (long) (life.toNanos() * (1 + off)));
    }

    /** What is here of the key is over: nothing that was read before comes in. */
    void invalidate(String key) {
        epochs.told(key);
        values.asMap().remove(key);
    }

    void invalidateAll() {
        epochs.toldOfAll();
        lose();
        values.invalidateAll();
    }

    void expire(String key) {
        epochs.told(key);
        long now = ticker.getAsLong();
        values.asMap().computeIfPresent(key, (_, held) -> held.expired(now));
    }

    void expireAll() {
        epochs.toldOfAll();
        Trust after = doubt();
        long now = ticker.getAsLong();
        values.asMap().replaceAll((_, held) -> held.trust == after ? held : held.expired(now, after));
    }

    private synchronized void lose() {
        trust = trust.lost();
    }

    /** Everything that was told has been heard. */
    void heard() {
        long now = ticker.getAsLong();
        if (now - heardAt >= SILENCE_NANOS) {
            if (wasHeard) {
                counts.resyncs.increment();
            }
            doubt();
        }
        wasHeard = true;
        heardAt = now;
    }

    private synchronized Trust doubt() {
        trust = trust.doubted();
        return trust;
    }

    /** Something was told that was not heard. */
    void lost() {
        counts.resyncs.increment();
        invalidateAll();
    }
}
