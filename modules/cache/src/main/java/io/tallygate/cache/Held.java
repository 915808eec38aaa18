package io.tallygate.cache;

import java.util.concurrent.CompletableFuture;

/**
 * A value in L1. Times are nanoseconds of the cache's ticker. Immutable but for {@link #earlyFrom}.
 *
 * @param <V> a value
 */
final class Held<V> {

    /** Never: farther away than anything lives. */
    static final long FAR_NANOS = Long.MAX_VALUE / 4;

    final Cached<V> cached;
    /** Complete, so that a hit makes nothing. */
    final CompletableFuture<Cached<V>> answer;
    final Trust trust;
    /** Whether no message can reach it: then its life is short, and does not depend on messages being heard. */
    final boolean alone;
    /** Until when it is told without being asked about. */
    final long freshUntil;
    /** Until when it may stand in though messages were not heard. */
    final long soundUntil;
    /** Until when it may stand in. */
    final long staleUntil;
    /** How long it took to load. */
    final long loadNanos;
    /** From when on it may be refreshed early. A race to set it is harmless: one refresh more or less. */
    long earlyFrom;

    Held(Cached<V> cached, Trust trust, boolean alone, Span span, long loadNanos, long earlyFrom) {
        this.cached = cached;
        this.answer = CompletableFuture.completedFuture(cached);
        this.trust = trust;
        this.alone = alone;
        this.freshUntil = span.freshUntil;
        this.soundUntil = span.soundUntil;
        this.staleUntil = span.staleUntil;
        this.loadNanos = loadNanos;
        this.earlyFrom = earlyFrom;
    }

    /** See the fields of the same names. */
    record Span(long freshUntil, long soundUntil, long staleUntil) {}

    /** Its life is over. */
    Held<V> expired(long now) {
        return expired(now, trust);
    }

    /** The same, in another time of trust. */
    Held<V> expired(long now, Trust other) {
        return new Held<>(cached, other, alone,
                new Span(freshUntil - now < 0 ? freshUntil : now, soundUntil - now < 0 ? soundUntil : now, staleUntil),
                loadNanos, now + FAR_NANOS);
    }
}
