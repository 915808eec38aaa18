package io.tallygate.cache;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a cache is.
 *
 * @param name   1 to 64 lower-case letters, digits and hyphens; processes share what has the same name
 * @param loader of all its values; empty where only those who ask know how to load
 * @param codec  empty for values that stay in the process
 * @param policy as long as no setting {@code tallygate.multicache.<name>.*} says otherwise
 */
public record CacheSpec<V>(String name, Optional<Loader<V>> loader, Optional<ValueCodec<V>> codec, CachePolicy policy) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    /** @throws IllegalArgumentException when the name is none */
    public CacheSpec {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name is '" + name + "'");
        }
    }

    /** A cache of values that stay in the process, loaded by those who ask. */
    public static <V> CacheSpec<V> named(String name) {
        return new CacheSpec<>(name, Optional.empty(), Optional.empty(), CachePolicy.DEFAULT);
    }

    public CacheSpec<V> loadedBy(Loader<V> by) {
        return new CacheSpec<>(name, Optional.of(by), codec, policy);
    }

    public CacheSpec<V> sharedAs(ValueCodec<V> form) {
        return new CacheSpec<>(name, loader, Optional.of(form), policy);
    }

    public CacheSpec<V> with(CachePolicy other) {
        return new CacheSpec<>(name, loader, codec, other);
    }
}
