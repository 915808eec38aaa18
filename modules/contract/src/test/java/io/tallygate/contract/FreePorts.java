package io.tallygate.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that nobody listens on, each handed out once, because between the choice of a port and its use lies the start of
 * a program. They lie below the range from which the system takes the ports of outgoing connections: while a deployment
 * is down, a client that tries to reach it could otherwise be given that very port and talk to itself.
 */
final class FreePorts {

    private static final int FIRST = 12_000;
    private static final int COUNT = 18_000;
    private static final int TRIES_MAX = 1_000;
    /** From anywhere, so that another run on this machine is elsewhere. */
    private static final AtomicInteger NEXT = new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePorts() {}

    static int next() {
        for (int i = 0; i < TRIES_MAX; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + (FIRST + COUNT));
    }

    static boolean isFree(int port) {
        try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
