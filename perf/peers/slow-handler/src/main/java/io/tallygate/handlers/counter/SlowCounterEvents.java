package io.tallygate.handlers.counter;

import com.sun.net.httpserver.HttpServer;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.tallygate.counter.Counters;
import io.tallygate.counter.InteractionListener;
import io.tallygate.event.Delivery;
import io.tallygate.event.Event;
import io.tallygate.event.EventHandler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts as the program does, takes time for one key in a hundred where {@code perf.slow-keys} says so, and tells on {@code
 * perf.port} how many events have had their effect: of all keys, and of those that are never slow. An event that is handled
 * twice is told twice.
 */
@Singleton
@Replaces(CounterEvents.class)
@Requires(beans = Counters.class)
final class SlowCounterEvents implements EventHandler {

    /** How the slow keys end. */
    private static final String SLOW = "00";
    private static final Duration WORK = Duration.ofMillis(10);

    private final CounterEvents counting;
    private final boolean slowKeys;
    private final LongAdder all = new LongAdder();
    private final LongAdder others = new LongAdder();
    private final HttpServer server;

    SlowCounterEvents(Counters counters, @Nullable InteractionListener interactions,
            @Value("${perf.slow-keys}") boolean slowKeys, @Value("${perf.port}") int port) throws IOException {
        this.counting = new CounterEvents(counters, interactions);
        this.slowKeys = slowKeys;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            byte[] told = "{\"all\":%d,\"others\":%d}".formatted(all.sum(), others.sum())
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, told.length);
            exchange.getResponseBody().write(told);
            exchange.close();
        });
        server.start();
    }

    @PreDestroy
    void close() {
        server.stop(0);
    }

    @Override
    public String topic() {
        return counting.topic();
    }

    @Override
    public String group() {
        return counting.group();
    }

    @Override
    public String key(Event event) {
        return counting.key(event);
    }

    @Override
    public boolean neverBlocks() {
        return !slowKeys && counting.neverBlocks();
    }

    @Override
    public CompletionStage<?> handle(Delivery delivery) {
        boolean slow = delivery.event().key().endsWith(SLOW);
        if (slow && slowKeys) {
            try {
                Thread.sleep(WORK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return counting.handle(delivery).thenRun(() -> {
            all.increment();
            if (!slow) {
                others.increment();
            }
        });
    }
}
