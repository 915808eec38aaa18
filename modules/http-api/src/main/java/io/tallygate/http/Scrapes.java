package io.tallygate.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

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
    /** The one that has not begun. */
    private @Nullable CompletableFuture<byte[]> next; // guarded by this

    Scrapes(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    /** All metrics as they are at some moment after the call, in Prometheus's text format. */
    synchronized CompletionStage<byte[]> text() {
        CompletableFuture<byte[]> waiting = next;
        if (waiting == null) {
            waiting = CompletableFuture.supplyAsync(this::scrape, thread);
            next = waiting;
        }
        return waiting;
    }

    private byte[] scrape() {
        synchronized (this) {
            next = null;
        }
        return registry.scrape().getBytes(StandardCharsets.UTF_8);
    }

    @PreDestroy
    void close() {
        thread.shutdown();
    }
}
