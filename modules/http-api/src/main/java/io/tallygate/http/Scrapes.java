package io.tallygate.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Collects the metrics on a thread of its own, once at a time. Everyone who asks while it is busy gets what it collects
 * next. Thread-safe.
 */
@Singleton
@Requires(beans = PrometheusMeterRegistry.class)
final class Scrapes {

    private final PrometheusMeterRegistry registry;
    private final ExecutorService thread = Executors
            .newSingleThreadExecutor(Thread.ofPlatform().name("metrics").daemon().factory());
    /** By format, the one that has not begun. Guarded by this. */
    private final Map<Representation, CompletableFuture<byte[]>> next = new EnumMap<>(Representation.class);

    Scrapes(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    /** All metrics as they are at some moment after the call. */
    synchronized CompletionStage<byte[]> in(Representation format) {
        return next.computeIfAbsent(format, asked -> CompletableFuture.supplyAsync(() -> scrape(asked), thread));
    }

    private byte[] scrape(Representation format) {
        synchronized (this) {
            next.remove(format);
        }
        return registry.scrape(format.contentType().toString()).getBytes(StandardCharsets.UTF_8);
    }

    @PreDestroy
    void close() {
        thread.shutdown();
    }
}
