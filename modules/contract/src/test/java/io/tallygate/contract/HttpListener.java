package io.tallygate.contract;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small HTTP/1.1 server on this machine, one virtual thread a connection. It hands a request over as it was sent, also
 * one that a stricter server would refuse, and leaves the sense of it to its handler. Thread-safe.
 */
final class HttpListener implements AutoCloseable {

    /** What was asked; header names in lower case, values of one name joined by comma. */
    record Request(String method, String target, Map<String, String> headers, byte[] body) {}

    /** What is answered; the length of the body is added. */
    record Response(int status, Map<String, String> headers, byte[] body) {

        /** The same, which says when it was decided at an earlier request. */
        Response replayed(boolean replayed) {
            if (!replayed) {
                return this;
            }
            var more = new TreeMap<>(headers);
            more.put("idempotency-replayed", "true");
            return new Response(status, more, body);
        }
    }

    /** Answers requests, several at a time. */
    @FunctionalInterface
    interface Handler {
        /**
         * Answers one.
         *
         * @throws IOException to hang up without an answer
         */
        Response answer(Request request) throws IOException, InterruptedException;
    }

    private final ServerSocket socket;
    private final Handler handler;
    private final int bodyBytesMax;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private HttpListener(ServerSocket socket, int bodyBytesMax, Handler handler) {
        this.socket = socket;
        this.bodyBytesMax = bodyBytesMax;
        this.handler = handler;
    }

    /** @param port 0 takes any free one */
    static HttpListener on(int port, int bodyBytesMax, Handler handler) {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            var listener = new HttpListener(socket, bodyBytesMax, handler);
            Thread.ofVirtual().name("listener-" + socket.getLocalPort()).start(listener::accept);
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Takes no new connection from now on. */
    void refuse() {
        closeQuietly(socket);
    }

    /** Ends every connection where it is. */
    @Override
    public void close() {
        refuse();
        connections.forEach(HttpListener::closeQuietly);
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                connections.add(connection);
                if (socket.isClosed()) {
                    closeQuietly(connection);
                }
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            // Closed, which is how it ends.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            var in = new BufferedInputStream(connection.getInputStream());
            var out = new BufferedOutputStream(connection.getOutputStream());
            boolean open = true;
            while (open) {
                open = exchange(in, out);
            }
        } catch (IOException | InterruptedException e) {
            // The other side, or close(), has ended it.
        } finally {
            connections.remove(connection);
        }
    }

    /** Returns whether another request may follow. */
    private boolean exchange(InputStream in, OutputStream out) throws IOException, InterruptedException {
        String requestLine = line(in);
        if (requestLine.isEmpty()) {
            return false;
        }
        var headers = new TreeMap<String, String>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] field = line.split(":", 2);
            headers.merge(field[0].strip().toLowerCase(Locale.ROOT), trimmed(field.length > 1 ? field[1] : ""),
                    (one, other) -> one + "," + other);
        }
        String[] words = requestLine.split(" ", 3);
        if (Long.parseLong(headers.getOrDefault("content-length", "0")) > bodyBytesMax) {
            write(out, words[0], new Response(413, Map.of("connection", "close"), new byte[0]));
            return false;
        }
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
        byte[] body = body(in, headers);
        write(out, words[0], handler.answer(new Request(words[0], words[1], headers, body)));
        return !headers.getOrDefault("connection", "").equalsIgnoreCase("close");
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        }
        var body = new ByteArrayOutputStream();
        for (int length = chunk(in); length > 0; length = chunk(in)) {
            body.writeBytes(in.readNBytes(length));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
    }

    private static void write(OutputStream out, String method, Response response) throws IOException {
        var head = new StringBuilder("HTTP/1.1 ").append(response.status()).append(" -\r\n");
        response.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (response.status() != 204) {
            head.append("content-length: ").append(response.body().length).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (!method.equals("HEAD")) {
            out.write(response.body());
        }
        out.flush();
    }

    /** Spaces and tabs around a value are not part of it; other control characters are. */
    private static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Without its end; empty also at the end of the connection. */
    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // It is gone, which is what was wanted.
        }
    }
}
