package io.tallygate.contract;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One HTTP/1.1 connection, byte by byte: for requests that no well-behaved client would send, and for tests that must
 * know at which byte a connection ended. Nothing is repeated, nothing is repaired. For one thread.
 */
final class Wire implements Closeable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    private final Socket socket;
    private final InputStream in;
    private String request = "";

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static Wire connect(URI baseUrl) throws IOException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(baseUrl.getHost(), baseUrl.getPort()),
                    (int) CONNECT_TIMEOUT.toMillis());
            socket.setSoTimeout((int) READ_TIMEOUT.toMillis());
            return new Wire(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends a request on a connection of its own and returns the answer. */
    static Answer exchange(URI baseUrl, String method, String path, List<String> headers, byte[] body) {
        try (Wire wire = connect(baseUrl)) {
            wire.send(method, path, headers, body);
            return wire.read().orElseThrow(
                    () -> new AssertionError(method + " " + path + ": the connection ended without an answer"));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " got no answer: " + e, e);
        }
    }

    /** Writes a JSON request whole, in one piece. */
    void send(String method, String path, List<String> headers, byte[] body) throws IOException {
        var all = new ArrayList<>(headers);
        all.add("Content-Type: application/json");
        all.add("Content-Length: " + body.length);
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head(method, path, all));
        bytes.writeBytes(body);
        write(bytes.toByteArray());
    }

    /** Writes only the request line and these headers. */
    void sendHead(String method, String path, List<String> headers) throws IOException {
        write(head(method, path, headers));
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Writes text of one byte a character. */
    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Says that nothing more will be written, and stays open for what is read. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    private byte[] head(String method, String path, List<String> headers) {
        request = method + " " + path;
        var text = new StringBuilder(request).append(" HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach(header -> text.append(header).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The next answer, also an interim one; empty when the connection ended in order before its first byte. */
    Optional<Answer> read() throws IOException {
        Optional<String> statusLine = line();
        if (statusLine.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(rest(Integer.parseInt(statusLine.get().split(" ", 3)[1])));
        } catch (IOException e) {
            throw new TruncatedAnswer(e);
        }
    }

    /** The connection broke in the middle of an answer. */
    static final class TruncatedAnswer extends IOException {

        private static final long serialVersionUID = 1L;

        TruncatedAnswer(IOException cause) {
            super("the answer breaks off: " + cause, cause);
        }
    }

    private Answer rest(int status) throws IOException {
        var fields = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        for (String line = required(line()); !line.isEmpty(); line = required(line())) {
            String[] field = line.split(":", 2);
            fields.computeIfAbsent(field[0].strip(), name -> new ArrayList<>()).add(field[1].strip());
        }
        String body = new String(body(status, fields), StandardCharsets.UTF_8);
        return new Answer(request, status, HttpHeaders.of(fields, (name, value) -> true), body);
    }

    private byte[] body(int status, Map<String, List<String>> fields) throws IOException {
        if (status < 200 || status == 204 || status == 304 || request.startsWith("HEAD ")) {
            return new byte[0];
        }
        if (fields.getOrDefault("Transfer-Encoding", List.of()).toString().toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            return chunks();
        }
        if (fields.containsKey("Content-Length")) {
            return exactly(Integer.parseInt(fields.get("Content-Length").getFirst()));
        }
        return in.readAllBytes();
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            int length = Integer.parseInt(required(line()).split(";", 2)[0].strip(), 16);
            body.writeBytes(exactly(length));
            required(line());
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private Optional<String> line() throws IOException {
        var line = new ByteArrayOutputStream();
        try {
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0 && line.size() == 0) {
                    return Optional.empty();
                }
                if (b < 0) {
                    throw new EOFException("in a line");
                }
                line.write(b);
            }
        } catch (IOException e) {
            throw line.size() == 0 ? e : new TruncatedAnswer(e);
        }
        return Optional.of(line.toString(StandardCharsets.ISO_8859_1).strip());
    }

    private static String required(Optional<String> line) throws IOException {
        return line.orElseThrow(() -> new EOFException("in the headers"));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
