package io.tallygate.http;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections are open, and how many may be. Thread-safe. */
final class ConnectionCount {

    /** Connections beyond the limit that are told so; more than these are closed without a word. */
    private static final int TOLD_MAX = 1_000;

    /** What becomes of a new connection. */
    enum Admission {
        ADMITTED,
        TOLD,
        CLOSED
    }

    private final int max;
    private final AtomicInteger open = new AtomicInteger();

    ConnectionCount(int max) {
        this.max = max;
    }

    /** Counts a connection until it is closed. */
    Admission admit(Channel connection) {
        int now = open.incrementAndGet();
        connection.closeFuture().addListener(closed -> open.decrementAndGet());
        if (now <= max) {
            return Admission.ADMITTED;
        }
        return now - max <= TOLD_MAX ? Admission.TOLD : Admission.CLOSED;
    }
}
