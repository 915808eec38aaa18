import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends increments at a constant rate, whether they are answered or not, in turn to each of several servers, and prints
 * what it saw as lines of JSON. Every request has a moment at which it is due, and its latency counts from then: a
 * server that stalls delays what comes after, and those requests tell it (no coordinated omission).
 *
 * <p>Arguments: POPULARITY_FILE SEED COUNTER_TYPE REQUESTS_PER_SECOND CONNECTIONS WARMUP_SECONDS ROUNDS SECONDS URL...
 */
final class Rate {

    private static final int SEQUENCE_LENGTH = 1 << 12;
    private static final int SILENCE_MILLIS_MAX = 10_000;

    private final byte[][] requests = new byte[SEQUENCE_LENGTH][];
    private final URI url;
    private final int perSecond;
    private final int connections;

    private Rate(Popularity popularity, long seed, String counterType, int perSecond, int connections, URI url) {
        this.url = url;
        this.perSecond = perSecond;
        this.connections = connections;
        SplittableRandom random = new SplittableRandom(seed);
        Arrays.setAll(requests, i -> HttpLoop.post(url, "/api/v1/counter/increment", "",
                "{\"resource_id\":" + Json.quoted(popularity.name(popularity.draw(random))) + ",\"counter_type\":"
                        + Json.quoted(counterType) + ",\"delta\":1}"));
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Popularity popularity = new Popularity(Path.of(args[0]));
        List<Rate> servers = new ArrayList<>();
        for (String url : Arrays.asList(args).subList(8, args.length)) {
            servers.add(new Rate(popularity, Long.parseLong(args[1]), args[2], Integer.parseInt(args[3]),
                    Integer.parseInt(args[4]), URI.create(url)));
        }
        for (Rate server : servers) {
            server.run(Integer.parseInt(args[5]));
        }
        for (int i = 1; i <= Integer.parseInt(args[6]); i++) {
            for (Rate server : servers) {
                System.out.printf("{\"round\":%d,\"url\":%s,%s}%n", i, Json.quoted(server.url.toString()),
                        server.run(Integer.parseInt(args[7])));
            }
        }
    }

    private String run(int seconds) throws InterruptedException {
        List<Connection> all = new ArrayList<>();
        // Connections and threads are there before the first request is due.
        long start = System.nanoTime() + 200_000_000;
        for (int i = 0; i < connections; i++) {
            all.add(new Connection(i, start, Math.ceilDiv(seconds * perSecond - i, connections)));
        }
        for (Connection connection : all) {
            connection.thread.join();
        }
        long[] nanos = all.stream().flatMapToLong(c -> Arrays.stream(c.nanos, 0, c.answered)).sorted().toArray();
        int errors = all.stream().mapToInt(c -> c.errors).sum();
        return String.format(Locale.ROOT, "\"requests\":%d,\"errors\":%d,\"p50_ms\":%.3f,\"p90_ms\":%.3f,"
                + "\"p99_ms\":%.3f,\"max_ms\":%.3f", nanos.length, errors, percentile(nanos, 50),
                percentile(nanos, 90), percentile(nanos, 99), percentile(nanos, 100));
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[(int) (((long) sorted.length * percent + 99) / 100) - 1] / 1e6;
    }

    /** Every so manieth request, on a connection and a thread of its own. */
    private final class Connection {

        private final int number;
        private final long startNanos;
        private final long[] nanos;
        private final Thread thread;
        private int answered;
        private int errors;

        Connection(int number, long startNanos, int requests) {
            this.number = number;
            this.startNanos = startNanos;
            this.nanos = new long[requests];
            this.thread = Thread.ofPlatform().name("connection-" + number).start(this::run);
        }

        private void run() {
            int next = 0;
            while (next < nanos.length) {
                try (Socket socket = new Socket(url.getHost(), url.getPort())) {
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(SILENCE_MILLIS_MAX);
                    InputStream in = new BufferedInputStream(socket.getInputStream());
                    while (next < nanos.length) {
                        exchange(next, in, socket.getOutputStream());
                        next++;
                    }
                } catch (IOException broken) {
                    errors++;
                    next++;
                }
            }
        }

        private void exchange(int index, InputStream in, OutputStream out) throws IOException {
            long request = (long) index * connections + number;
            long due = startNanos + request * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            out.write(requests[(int) (request % SEQUENCE_LENGTH)]);
            if (status(in) == 200) {
                nanos[answered++] = System.nanoTime() - due;
            } else {
                errors++;
            }
        }

        /** Reads an answer to its end. */
        private static int status(InputStream in) throws IOException {
            String line = line(in);
            int status = Integer.parseInt(line.substring(9, 12));
            int length = 0;
            for (line = line(in); !line.isEmpty(); line = line(in)) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            in.skipNBytes(length);
            return status;
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new EOFException("in a line");
                }
                line.append((char) b);
            }
            return line.substring(0, Math.max(0, line.length() - 1));
        }
    }
}
