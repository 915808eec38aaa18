package io.tallygate.cache.micronaut;

import io.micronaut.cache.annotation.CacheConfig;
import io.micronaut.cache.annotation.CacheInvalidate;
import io.micronaut.cache.annotation.CachePut;
import io.micronaut.cache.annotation.Cacheable;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A bean as one writes it with Micronaut's annotations. */
@Singleton
@CacheConfig("shelf")
class Shelf {

    final Map<Object, String> stored = new ConcurrentHashMap<>();
    final AtomicInteger reads = new AtomicInteger();

    @Cacheable
    @Nullable
    String read(String key) {
        reads.incrementAndGet();
        return stored.get(key);
    }

    @Cacheable
    @Nullable
    String read(int key) {
        reads.incrementAndGet();
        return stored.get(key);
    }

    @Cacheable
    @Nullable
    String read(String first, int second) {
        reads.incrementAndGet();
        return stored.get(first + second);
    }

    @Cacheable
    CompletableFuture<@Nullable String> readLater(String key) {
        reads.incrementAndGet();
        return CompletableFuture.completedFuture(stored.get(key));
    }

    @Cacheable
    String fail(String key) {
        throw new IllegalStateException("no " + key);
    }

    @CachePut(parameters = "key")
    @Nullable
    String write(String key, @Nullable String value) {
        if (value == null) {
            stored.remove(key);
        } else {
            stored.put(key, value);
        }
        return value;
    }

    @CacheInvalidate
    void forget(String key) {
        stored.remove(key);
    }

    @CacheInvalidate
    CompletableFuture<Boolean> forgetLater(String key) {
        return CompletableFuture.completedFuture(stored.remove(key) != null);
    }

    @CacheInvalidate(all = true)
    void clear() {
        stored.clear();
    }
}
