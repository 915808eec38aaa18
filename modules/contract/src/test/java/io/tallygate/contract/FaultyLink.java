package io.tallygate.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * A TCP connection between a deployment and its store that fails on request: it can be down, and it can break right
 * after the store has done its work and before the deployment hears of it. Safe for use by several threads.
 */
final class FaultyLink implements AutoCloseable {

    private static final Duration BIND_DEADLINE = Duration.ofSeconds(10);
    private static final int CHUNK_BYTES = 16 * 1024;

    private final int targetPort;
    private final int port = FreePorts.next();
    private final RandomGenerator random;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger repliesLost = new AtomicInteger();
    private final ReentrantLock switching = new ReentrantLock();
    private volatile double loss;
    private volatile ServerSocket listener;

    FaultyLink(int targetPort, RandomGenerator random) {
        this.targetPort = targetPort;
        this.random = random;
        this.listener = listen();
    }

    int port() {
        return port;
    }

    /** Breaks every connection and refuses new ones. */
    void cut() {
        switching.lock();
        try {
            close(listener);
            breakAll();
        } finally {
            switching.unlock();
        }
    }

    /** Accepts connections again and loses nothing any more. */
    void heal() {
        switching.lock();
        try {
            loss = 0;
            if (listener.isClosed()) {
                listener = listen();
            }
        } finally {
            switching.unlock();
        }
    }

    /** From now on this share of the store's replies is swallowed, together with the connection it came on. */
    void loseReplies(double share) {
        loss = share;
    }

    int repliesLost() {
        return repliesLost.get();
    }

    @Override
    public void close() {
        cut();
    }

    private ServerSocket listen() {
        // The system may take a moment to let go of the port after a cut.
        Await.until(BIND_DEADLINE, "port " + port + " is free again", () -> FreePorts.isFree(port));
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            Thread.ofPlatform().daemon().name("link-" + port).start(() -> accept(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                sockets.add(client);
                var store = new Socket(InetAddress.getLoopbackAddress(), targetPort);
                sockets.add(store);
                client.setTcpNoDelay(true);
                store.setTcpNoDelay(true);
                if (socket.isClosed()) {
                    breakAll();
                }
                Thread.ofVirtual().start(() -> pump(client, store, false));
                Thread.ofVirtual().start(() -> pump(store, client, true));
            } catch (IOException e) {
                // The listener was closed, or the store does not accept: the client finds its connection broken.
                if (!socket.isClosed()) {
                    breakAll();
                }
            }
        }
    }

    private void pump(Socket from, Socket to, boolean replies) {
        var chunk = new byte[CHUNK_BYTES];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (replies && loses()) {
                    repliesLost.incrementAndGet();
                    return;
                }
                out.write(chunk, 0, n);
            }
        } catch (IOException e) {
            // One end is gone; closing both tells the other.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private boolean loses() {
        double share = loss;
        if (share == 0) {
            return false;
        }
        switching.lock();
        try {
            return random.nextDouble() < share;
        } finally {
            switching.unlock();
        }
    }

    private void breakAll() {
        sockets.forEach(FaultyLink::close);
        sockets.clear();
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
