import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The least a server can do: it takes whatever a read brings as one request and answers a constant, on one thread. What
 * a generator reaches against it is the generator's own ceiling. Argument: the port on loopback.
 */
final class Constant {

    private static final String BODY = "{\"resource_id\":\"ansi-styles\",\"counter_type\":\"x\",\"value\":1}";
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + BODY.length() + "\r\n\r\n" + BODY).getBytes(StandardCharsets.US_ASCII);

    private static final ByteBuffer IN = ByteBuffer.allocateDirect(64 * 1024);
    private static final ByteBuffer OUT = ByteBuffer.allocateDirect(ANSWER.length).put(ANSWER);

    private Constant() {}

    public static void main(String[] args) throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 1024);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        while (true) {
            selector.select(key -> {
                try {
                    serve(selector, server, key);
                } catch (IOException gone) {
                    key.cancel();
                }
            });
        }
    }

    private static void serve(Selector selector, ServerSocketChannel server, SelectionKey key) throws IOException {
        if (key.isAcceptable()) {
            SocketChannel accepted = server.accept();
            accepted.configureBlocking(false);
            accepted.register(selector, SelectionKey.OP_READ);
            return;
        }
        SocketChannel channel = (SocketChannel) key.channel();
        int read = channel.read(IN.clear());
        if (read < 0) {
            channel.close();
        } else if (read > 0) {
            channel.write(OUT.rewind());
        }
    }
}
