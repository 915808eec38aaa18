package io.tallygate.cache.micronaut;

import io.micronaut.cache.annotation.CacheConfig;
import io.micronaut.cache.annotation.CacheInvalidate;
import io.micronaut.cache.annotation.CachePut;
import io.micronaut.cache.annotation.Cacheable;
import io.micronaut.cache.annotation.InvalidateOperations;
import io.micronaut.cache.annotation.PutOperations;
import io.micronaut.core.async.annotation.SingleResult;
import io.micronaut.core.async.publisher.Publishers;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

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
    @SingleResult
    Publisher<String> publish(String key) {
        reads.incrementAndGet();
        String value = stored.get(key);
        return value == null ? Publishers.empty() : Publishers.just(value);
    }

    @Cacheable
    CompletionStage<@Nullable String> readAsStage(String key) {
        return readLater(key);
    }

    @Cacheable
    Optional<String> find(String key) {
        reads.incrementAndGet();
        return Optional.ofNullable(stored.get(key));
    }

    @Cacheable("annex")
    @Nullable
    String readAnnex(String key) {
        reads.incrementAndGet();
        return stored.get(key);
    }

    @CachePut(parameters = "key")
    CompletableFuture<String> writeLater(String key, String value) {
        stored.put(key, value);
        return CompletableFuture.completedFuture(value);
    }

    @PutOperations({@CachePut(cacheNames = "shelf", parameters = "key"),
            @CachePut(cacheNames = "annex", parameters = "key")})
    String writeBoth(String key, String value) {
        stored.put(key, value);
        return value;
    }

    @InvalidateOperations({@CacheInvalidate(cacheNames = "shelf"), @CacheInvalidate(cacheNames = "annex")})
    void forgetBoth(String key) {
        stored.remove(key);
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
