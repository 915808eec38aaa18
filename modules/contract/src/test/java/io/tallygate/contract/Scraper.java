package io.tallygate.contract;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that asks for the metrics very often on one connection, without waiting for the answers. It takes none of them
 * until it is told to. Safe for use by several threads.
 */
final class Scraper implements Closeable {

    private static final int CHUNK = 1_000;
    private static final String REQUEST = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Wire wire;
    private final int requests;
    private final CompletableFuture<Void> sent;
    private final AtomicInteger taken = new AtomicInteger();
    /** By hash. */
    private final Set<Integer> different = ConcurrentHashMap.newKeySet();

    private Scraper(Wire wire, int chunks) {
        this.wire = wire;
        this.requests = chunks * CHUNK;
        this.sent = inBackground(() -> send(chunks));
    }

    /** Starts to send so many times a thousand requests. */
    static Scraper ofThousands(int chunks, URI baseUrl) throws IOException {
        return new Scraper(Wire.connect(baseUrl), chunks);
    }

    private void send(int chunks) throws IOException {
        for (int i = 0; i < chunks; i++) {
            wire.write(REQUEST.repeat(CHUNK));
        }
        wire.endOutput();
    }

    /** Starts to take the answers, and is done when the last one is here. */
    CompletableFuture<Void> takeAnswers() {
        return inBackground(() -> {
            for (Optional<Answer> answer = wire.read(); answer.isPresent(); answer = wire.read()) {
                if (answer.get().status() != 200) {
                    throw new AssertionError(answer.get());
                }
                different.add(answer.get().body().hashCode());
                taken.incrementAndGet();
            }
            sent.join();
        });
    }

    int requests() {
        return requests;
    }

    int taken() {
        return taken.get();
    }

    /** How many of the answers that were taken differ from each other. */
    int different() {
        return different.size();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> inBackground(Work work) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        }, task -> Thread.ofPlatform().daemon().name("scraper").start(task));
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
