import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * HTTP/1.1 over a fixed number of kept connections, one request in flight on each, all from the calling thread.
 * Requests come ready as bytes and answers are only framed, so that the server under test gets the CPU. A request goes
 * out as soon as a connection is free, or, where the traffic has a timetable, when it is due and a connection is free.
 */
final class HttpLoop implements AutoCloseable {

    /** What is sent, and what becomes of it. Called from the loop's thread alone. */
    interface Traffic {

        /** How long until the next request is due; 0 or less when it is, and when there is none any more. */
        default long dueInNanos() {
            return 0;
        }

        /** The next request for this connection, position to limit; null when there is none any more. */
        ByteBuffer next(int connection);

        /** The whole answer lies in {@code answer} from 0 to its position; it is reused after the call. */
        void answered(int connection, int status, ByteBuffer answer, long nanos);

        /** The request sent last on this connection has no answer; whether it had an effect is unknown. */
        void failed(int connection, String why);

        /** Called several times a second, whatever happens. */
        default void tick() {}
    }

    private static final int IN_BYTES = 8 * 1024;
    private static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;
    private static final int SELECT_MILLIS = 100;
    private static final long MILLI = 1_000_000;
    /** A selector's time-out is in whole milliseconds, which is too coarse for a timetable, and spinning takes CPU. */
    private static final long NAP_NANOS = 50_000;
    private static final long ANSWER_NANOS_MAX = 30_000_000_000L;
    private static final int INCOMPLETE = -1;

    private final InetSocketAddress server;
    private final Selector selector;
    private final Connection[] connections;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private int inGame;

    HttpLoop(URI url, int count) throws IOException {
        server = new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort());
        selector = Selector.open();
        connections = new Connection[count];
        for (int i = 0; i < count; i++) {
            connections[i] = new Connection(i);
            connections[i].open();
        }
    }

    /** A request's bytes; {@code headers} are whole lines, each with its line end. */
    static byte[] post(URI url, String path, String headers, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n" + headers
                + "Content-Type: application/json\r\nContent-Length: " + content.length + "\r\n\r\n";
        byte[] bytes = head.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(bytes.length + content.length).put(bytes).put(content).array();
    }

    /** Runs until the traffic has no request left and each sent one is answered or lost. */
    void run(Traffic traffic) throws IOException {
        inGame = connections.length;
        idle.addAll(Arrays.asList(connections));
        long nextLook = System.nanoTime();
        while (inGame > 0) {
            await(traffic, sendWhatIsDue(traffic));
            if (System.nanoTime() - nextLook > 0) {
                nextLook += SELECT_MILLIS * MILLI;
                traffic.tick();
                giveUpOnTheSilent(traffic);
            }
        }
    }

    /** Returns how long there is nothing to send, unless an answer frees a connection. */
    private long sendWhatIsDue(Traffic traffic) {
        while (!idle.isEmpty()) {
            long nanos = traffic.dueInNanos();
            if (nanos > 0) {
                return nanos;
            }
            idle.remove().send(traffic);
        }
        return SELECT_MILLIS * MILLI;
    }

    private void await(Traffic traffic, long nanos) throws IOException {
        Consumer<SelectionKey> serve = key -> ((Connection) key.attachment()).serve(traffic);
        if (nanos < MILLI) {
            LockSupport.parkNanos(Math.min(nanos, NAP_NANOS));
            selector.selectNow(serve);
        } else {
            selector.select(serve, Math.min(nanos / MILLI, SELECT_MILLIS));
        }
    }

    private void giveUpOnTheSilent(Traffic traffic) {
        long now = System.nanoTime();
        for (Connection connection : connections) {
            if (connection.out != null && now - connection.sentNanos > ANSWER_NANOS_MAX) {
                connection.lose(traffic, "no answer in " + ANSWER_NANOS_MAX / 1_000_000_000L + " s");
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }

    private final class Connection {

        private final int number;
        private ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
        private ByteBuffer out;
        private SocketChannel channel;
        private SelectionKey key;
        private long sentNanos;

        Connection(int number) {
            this.number = number;
        }

        void open() throws IOException {
            channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send(Traffic traffic) {
            out = traffic.next(number);
            if (out == null) {
                inGame--;
                return;
            }
            sentNanos = System.nanoTime();
            try {
                write();
            } catch (IOException broken) {
                lose(traffic, broken.toString());
            }
        }

        void write() throws IOException {
            channel.write(out);
            int wanted = out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        }

        void serve(Traffic traffic) {
            if (!key.isValid()) {
                return;
            }
            try {
                if (key.isWritable()) {
                    write();
                }
                if (key.isReadable()) {
                    read(traffic);
                }
            } catch (IOException | CancelledKeyException broken) {
                lose(traffic, broken.toString());
            }
        }

        void read(Traffic traffic) throws IOException {
            if (channel.read(in) < 0) {
                throw new EOFException("the server closed the connection");
            }
            int length = lengthOfAnswer(in);
            if (length == INCOMPLETE) {
                makeRoom();
                return;
            }
            if (out == null || length < in.position()) {
                throw new IOException("an answer that nothing asked for");
            }
            traffic.answered(number, statusOf(in), in, System.nanoTime() - sentNanos);
            in.clear();
            out = null;
            sendOrWait(traffic);
        }

        private void sendOrWait(Traffic traffic) {
            if (idle.isEmpty() && traffic.dueInNanos() <= 0) {
                send(traffic);
            } else {
                idle.add(this);
            }
        }

        void makeRoom() throws IOException {
            if (in.hasRemaining()) {
                return;
            }
            if (in.capacity() >= ANSWER_BYTES_MAX) {
                throw new IOException("an answer of more than " + ANSWER_BYTES_MAX + " bytes");
            }
            in = ByteBuffer.allocateDirect(in.capacity() * 2).put(in.flip());
        }

        /** Goes on over a new connection; when there is none to be had, this one is out of the game. */
        void lose(Traffic traffic, String why) {
            if (out != null) {
                traffic.failed(number, why);
            }
            boolean goesOn = out != null || idle.remove(this);
            out = null;
            in.clear();
            try {
                channel.close();
                if (goesOn) {
                    open();
                    sendOrWait(traffic);
                }
            } catch (IOException refused) {
                inGame--;
            }
        }
    }

    private static int statusOf(ByteBuffer answer) {
        return (answer.get(9) - '0') * 100 + (answer.get(10) - '0') * 10 + answer.get(11) - '0';
    }

    /** Bytes of the answer that starts at 0 when all of it is there, by Content-Length or by its chunks. */
    private static int lengthOfAnswer(ByteBuffer in) {
        int end = in.position();
        int line = 0;
        long content = 0;
        boolean chunked = false;
        for (int at = 0; at + 1 < end; at++) {
            if (in.get(at) != '\r' || in.get(at + 1) != '\n') {
                continue;
            }
            if (at == line) {
                long length = chunked ? lengthOfChunks(in, at + 2) : at + 2 + content;
                return length > end || length < 0 ? INCOMPLETE : (int) length;
            }
            if (startsWith(in, line, at, "content-length:")) {
                content = number(in, line + "content-length:".length(), at, 10);
            } else if (startsWith(in, line, at, "transfer-encoding:")) {
                chunked = true;
            }
            line = at + 2;
            at++;
        }
        return INCOMPLETE;
    }

    /** Where the answer ends whose first chunk starts at {@code from}; it is taken to have no trailer fields. */
    private static long lengthOfChunks(ByteBuffer in, int from) {
        long chunk = from;
        while (true) {
            int lineEnd = (int) chunk;
            while (lineEnd + 1 < in.position() && in.get(lineEnd) != '\r') {
                lineEnd++;
            }
            if (lineEnd + 1 >= in.position()) {
                return INCOMPLETE;
            }
            long size = number(in, (int) chunk, lineEnd, 16);
            chunk = lineEnd + 2 + size + 2;
            if (size == 0 || chunk > in.position()) {
                return chunk;
            }
        }
    }

    private static boolean startsWith(ByteBuffer in, int from, int to, String lowerCase) {
        if (to - from < lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if ((in.get(from + i) | 0x20) != (lowerCase.charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private static long number(ByteBuffer in, int from, int to, int radix) {
        long value = 0;
        for (int at = from; at < to; at++) {
            int digit = Character.digit(in.get(at), radix);
            if (digit >= 0) {
                value = Math.addExact(Math.multiplyExact(value, (long) radix), (long) digit);
            }
        }
        return value;
    }
}
