package io.tallygate.cache.micronaut;

import io.micronaut.cache.SyncCache;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.type.Argument;
import io.tallygate.cache.Cached;
import io.tallygate.cache.MultiLevelCache;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A multi-level cache as Micronaut uses one. Thread-safe. Keys without a text are left to a cache of the process.
 * {@code null} is never kept. A supplier runs on the thread that called, so that it has its transaction and whatever
 * else is bound to that, once at a time for a key.
 */
final class MultiLevelSyncCache implements SyncCache<MultiLevelCache<Object>> {

    private final MultiLevelCache<Object> cache;
    /** For keys without a text. */
    private final SyncCache<?> other;
    private final ConversionService conversions;
    private final ExecutorService threads;

    /** @param threads where the asynchronous form of it waits */
    MultiLevelSyncCache(MultiLevelCache<Object> cache, SyncCache<?> other, ConversionService conversions,
            ExecutorService threads) {
        this.cache = cache;
        this.other = other;
        this.conversions = conversions;
        this.threads = threads;
    }

    @Override
    public String getName() {
        return cache.name();
    }

    @Override
    public MultiLevelCache<Object> getNativeCache() {
        return cache;
    }

    @Override
    public ExecutorService getExecutorService() {
        return threads;
    }

    @Override
    public <T> Optional<T> get(Object key, Argument<T> requiredType) {
        Optional<String> text = KeyTexts.of(key);
        return text.isEmpty()
                ? other.get(key, requiredType)
                : await(cache.peek(text.get())).flatMap(Cached::value)
                        .flatMap(value -> conversions.convert(value, requiredType));
    }

    @Override
    @SuppressWarnings("NullAway") // As the framework has it: null is what a supplier brought, and is not kept.
    public <T> T get(Object key, Argument<T> requiredType, Supplier<T> supplier) {
        Optional<String> text = KeyTexts.of(key);
        if (text.isEmpty()) {
            return other.get(key, requiredType, supplier);
        }
        Object value = load(text.get(), supplier);
        return value == null
                ? null
                : conversions.convert(value, requiredType).orElseThrow(() -> new IllegalArgumentException(
                        "what is cached as " + key + " is no " + requiredType.getName()));
    }

    /** The value, or what the supplier brings, on this thread if it is this one's turn. */
    private @Nullable Object load(String text, Supplier<?> supplier) {
        var turn = new Turn(supplier);
        CompletableFuture<Cached<Object>> answer = cache.get(text, _ -> turn.come()).toCompletableFuture();
        boolean isOwn = turn.waitFor(answer) && (turn.hasBrought() || answer.isCompletedExceptionally());
        return (isOwn ? await(turn.loaded) : await(answer).value()).orElse(null);
    }

    /** The turn to load, which comes on another thread, or never. */
    private static final class Turn {

        private final Supplier<?> supplier;
        private final CompletableFuture<Void> came = new CompletableFuture<>();
        private final CompletableFuture<Optional<Object>> loaded = new CompletableFuture<>();
        private final AtomicBoolean isTaken = new AtomicBoolean();

        Turn(Supplier<?> supplier) {
            this.supplier = supplier;
        }

        CompletionStage<Optional<Object>> come() {
            if (!came.complete(null)) {
                // Nobody waits any more: a stale value was told. Somebody has to bring the newer one all the same.
                Thread.ofVirtual().name("cache-load").start(this::run);
            }
            return loaded;
        }

        /**
         * Runs the supplier if its turn comes before there is an answer.
         *
         * @return whether it ran: whoever did that has what came of it, although the others may have waited long enough
         */
        boolean waitFor(CompletableFuture<?> answer) {
            CompletableFuture.anyOf(came, answer).exceptionally(_ -> null).join();
            if (came.complete(null)) {
                return false;
            }
            run();
            return true;
        }

        boolean hasBrought() {
            return !loaded.isCompletedExceptionally();
        }

        private void run() {
            if (isTaken.compareAndSet(false, true)) {
                try {
                    loaded.complete(Optional.ofNullable(supplier.get()));
                } catch (Throwable failure) {
                    loaded.completeExceptionally(failure);
                }
            }
        }
    }

    @Override
    public <T> Optional<T> putIfAbsent(Object key, T value) {
        Optional<String> text = KeyTexts.of(key);
        if (text.isEmpty()) {
            return other.putIfAbsent(key, value);
        }
        var put = new AtomicReference<Object>();
        Cached<Object> there = await(cache.get(text.get(), _ -> {
            put.set(value);
            return CompletableFuture.completedFuture(Optional.of(value));
        }));
        @SuppressWarnings("unchecked") // Another type than asked for is the caller's error, as with every cache.
        Optional<T> before = put.get() == null ? (Optional<T>) there.value() : Optional.empty();
        return before;
    }

    @Override
    @SuppressWarnings("NullAway") // As the framework has it: null is told, and not kept.
    public <T> T putIfAbsent(Object key, Supplier<T> value) {
        Optional<String> text = KeyTexts.of(key);
        if (text.isEmpty()) {
            return other.putIfAbsent(key, value);
        }
        @SuppressWarnings("unchecked") // As above.
        T there = (T) load(text.get(), value);
        return there;
    }

    @Override
    public void put(Object key, @Nullable Object value) {
        Optional<String> text = KeyTexts.of(key);
        if (text.isEmpty()) {
            if (value == null) {
                other.invalidate(key);
            } else {
                other.put(key, value);
            }
        } else if (value == null) {
            await(cache.invalidate(text.get()));
        } else {
            await(cache.put(text.get(), value));
        }
    }

    @Override
    public void invalidate(Object key) {
        Optional<String> text = KeyTexts.of(key);
        if (text.isEmpty()) {
            other.invalidate(key);
        } else {
            await(cache.invalidate(text.get()));
        }
    }

    @Override
    public void invalidateAll() {
        other.invalidateAll();
        await(cache.invalidateAll());
    }

    /** The answer; a failure as it was thrown. */
    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            } else if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }
}
