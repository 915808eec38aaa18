package io.tallygate.degradation;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What was answered last, by what it was asked for; for answers while nothing better is to be had. Thread-safe, without locks,
 * and bounded: a value may give way to another one at any time. To note one that is there already is a look at it.
 *
 * <p>Implementation: a table without chains, of which each key has two neighbouring places. A key that finds both taken takes
 * one of them, in turn.
 */
public final class LastKnown<K, V> {

    private record Entry<K, V>(K key, V value) {}

    private final AtomicReferenceArray<@Nullable Entry<K, V>> places;
    private final int mask;
    private final BiPredicate<? super V, ? super V> standsFor;
    /** Need not be exact. */
    private int turn;

    /**
     * An empty one.
     *
     * @param valuesMax a power of two, at least 2
     * @param standsFor whether a value that is kept, the first, does as well as the one to be noted: then it stays, because
     *                  what is kept outlives many collections of garbage, and each new value has to be copied there
     */
    public LastKnown(int valuesMax, BiPredicate<? super V, ? super V> standsFor) {
        if (valuesMax < 2 || Integer.bitCount(valuesMax) != 1) {
            throw new IllegalArgumentException("valuesMax: " + valuesMax + ", must be a power of two, at least 2");
        }
        this.places = new AtomicReferenceArray<>(valuesMax);
        this.mask = valuesMax - 1;
        this.standsFor = standsFor;
    }

    /** Keeps a value in place of the key's last one, unless that stands for it. */
    public void note(K key, V value) {
        int place = place(key);
        Entry<K, V> one = places.getAcquire(place);
        if (isOf(one, key)) {
            replace(place, one, key, value);
            return;
        }
        Entry<K, V> other = places.getAcquire(place ^ 1);
        if (isOf(other, key)) {
            replace(place ^ 1, other, key, value);
        } else if (one == null) {
            places.setRelease(place, new Entry<>(key, value));
        } else {
            places.setRelease(other == null ? place ^ 1 : place ^ (turn++ & 1), new Entry<>(key, value));
        }
    }

    private void replace(int place, @Nullable Entry<K, V> entry, K key, V value) {
        if (entry == null || !standsFor.test(entry.value, value)) {
            places.setRelease(place, new Entry<>(key, value));
        }
    }

    /** The value that was kept last, unless it gave way. */
    public @Nullable V find(K key) {
        int place = place(key);
        Entry<K, V> one = places.getAcquire(place);
        if (one != null && one.key.equals(key)) {
            return one.value;
        }
        Entry<K, V> other = places.getAcquire(place ^ 1);
        return other != null && other.key.equals(key) ? other.value : null;
    }

    private static boolean isOf(@Nullable Entry<?, ?> entry, Object key) {
        return entry != null && entry.key.equals(key);
    }

    private int place(K key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return (hash ^ hash >>> 15) & mask;
    }
}
