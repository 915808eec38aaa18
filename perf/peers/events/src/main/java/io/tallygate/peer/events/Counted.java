package io.tallygate.peer.events;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/** How many events were counted, told to whoever asks over HTTP: of all counters, and of those that are not slow. */
final class Counted {

    private final LongAdder all = new LongAdder();
    private final LongAdder others = new LongAdder();

    Counted(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            byte[] told = "{\"all\":%d,\"others\":%d}".formatted(all.sum(), others.sum())
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, told.length);
            exchange.getResponseBody().write(told);
            exchange.close();
        });
        server.start();
    }

    /** Adds one event. */
    void add(CounterEvent event) {
        add(1, event.isSlow() ? 0 : 1);
    }

    void add(long events, long ofOthers) {
        all.add(events);
        others.add(ofOthers);
    }
}
