package io.tallygate.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on the loopback address that cuts each connection after a number of bytes drawn from a seed, either way:
 * requests that arrive half, and replies that are lost after they took effect. Or it has everything wait. Transparent until
 * {@link #cutting} or {@link #pause}.
 */
public final class CuttingProxy implements AutoCloseable {

    private final InetSocketAddress target;
    private final ServerSocket server;
    private final Random random;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile int bytesMax;
    /** Completed while things pass. */
    private volatile CompletableFuture<@Nullable Void> passing = CompletableFuture.completedFuture(null);

    public CuttingProxy(InetSocketAddress target, long seed) {
        this.target = target;
        this.random = new Random(seed);
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("cutting-proxy").start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /**
     * From now on every connection, those that exist included, is cut after 1 to {@code bytesMax} more bytes; 0 for
     * none.
     */
    public void cutting(int bytesMax) {
        this.bytesMax = bytesMax;
        links.forEach(Link::draw);
    }

    /** From now on nothing passes, either way: it arrives late, and not in vain. */
    public void pause() {
        passing = new CompletableFuture<>();
    }

    /** What has waited arrives. */
    public void resume() {
        passing.complete(null);
    }

    /** Cuts every connection now. */
    public void cutAll() {
        links.forEach(Link::cut);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var link = new Link(server.accept());
                links.add(link);
                link.start();
            } catch (IOException e) {
                // The target is away: the client sees its connection closed. Or this proxy is closed, which ends the
                // loop.
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutAll();
        resume();
    }

    /** One client's connection, and ours to the target for it. */
    private final class Link {

        private final Socket client;
        private final Socket upstream = new Socket();
        private long bytesLeft = Long.MAX_VALUE;

        Link(Socket client) throws IOException {
            this.client = client;
            try {
                upstream.connect(target, 2_000);
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
            } catch (IOException e) {
                client.close();
                throw e;
            }
            draw();
        }

        void start() {
            Thread.ofVirtual().start(() -> copy(client, upstream));
            Thread.ofVirtual().start(() -> copy(upstream, client));
        }

        synchronized void draw() {
            int max = bytesMax;
            synchronized (random) {
                bytesLeft = max == 0 ? Long.MAX_VALUE : 1 + random.nextInt(max);
            }
        }

        /** How many of the bytes may pass; fewer than asked means that it is cut after them. */
        private synchronized int pass(int bytes) {
            int passing = (int) Math.min(bytes, bytesLeft);
            bytesLeft -= passing;
            return passing;
        }

        private void copy(Socket from, Socket to) {
            var buffer = new byte[16 * 1024];
            try {
                for (int read = from.getInputStream().read(buffer); read > 0; read = from.getInputStream()
                        .read(buffer)) {
                    passing.join();
                    int bytes = pass(read);
                    to.getOutputStream().write(buffer, 0, bytes);
                    if (bytes < read) {
                        break;
                    }
                }
            } catch (IOException e) {
                // One side is gone, so the other goes too.
            } finally {
                cut();
            }
        }

        void cut() {
            links.remove(this);
            for (Socket socket : new Socket[]{client, upstream}) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // It is gone, which is what was wanted.
                }
            }
        }
    }
}
