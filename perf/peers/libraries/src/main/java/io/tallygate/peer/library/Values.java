package io.tallygate.peer.library;

import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.infra.Blackhole;

/** Where values come from: 64 characters, the same ones for every key; and how many were asked for. */
final class Values {

    private static final String VALUE = "0123456789abcdef".repeat(4);

    private final LongAdder loads = new LongAdder();

    String load(String key) {
        loads.increment();
        return VALUE;
    }

    long loads() {
        return loads.sum();
    }

    /** @param first the number of the first one */
    static String[] keys(int count, long first) {
        var keys = new String[count];
        for (int i = 0; i < count; i++) {
            keys[i] = key(first + i);
        }
        return keys;
    }

    static String key(long number) {
        return "subject-" + number;
    }

    /** Gets all of them, so that they are there. */
    static void bring(CachePeer cache, String[] keys, Blackhole blackhole) {
        for (String key : keys) {
            if (!VALUE.equals(cache.await(key))) {
                throw new IllegalStateException(key + " has another value");
            }
            blackhole.consume(cache.ask(key));
        }
    }
}
