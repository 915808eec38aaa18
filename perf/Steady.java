import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * Requests over a fixed number of connections for a fixed time, either as many as are answered (rate 0) or so many a
 * second. It does so for each line RATE SECONDS of its input, so that it stays warm while others take their turns, and
 * prints what it saw each time as a line of JSON.
 *
 * <p>At a constant rate every request has its time, whatever became of those before it, and its latency counts from that
 * time, as in wrk2: a server that stalls is charged with all the requests that it kept from being sent. Those that were
 * due but had not been sent at the end count with the time that they had waited by then.
 *
 * <p>Arguments: URL NAMES SEED COUNTER_TYPE CONNECTIONS, for increments; or URL NAMES SEED PATH CONNECTIONS BODY, for what
 * is posted to a path, with NAME in the body where the name goes. NAMES is uniform:N, zipf:N or a file. Every answer of
 * 200 or 202 is taken as a good one.
 */
final class Steady implements HttpLoop.Traffic {

    private static final long NANOS_MAX = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    private final Requests requests;
    private final Popularity popularity;
    private final SplittableRandom random;
    private final double everyNanos;
    private final long startNanos;
    private final long endNanos;
    private final long[] due;
    /** From when a request was due to its answer, and from when it was sent. */
    private final Histogram latency = new Histogram(NANOS_MAX, DIGITS);
    private final Histogram service = new Histogram(NANOS_MAX, DIGITS);
    private long sent;
    private long acknowledged;
    private long unsent;
    private long errors;
    private String reason = "";

    private Steady(Requests requests, Popularity popularity, long seed, int connections, long rate, int seconds) {
        this.requests = requests;
        this.popularity = popularity;
        random = new SplittableRandom(seed);
        everyNanos = rate == 0 ? 0 : 1e9 / rate;
        startNanos = System.nanoTime();
        endNanos = startNanos + seconds * 1_000_000_000L;
        due = new long[connections];
    }

    public static void main(String[] args) throws IOException {
        URI url = URI.create(args[0]);
        Popularity popularity = Popularity.of(args[1]);
        long seed = Long.parseLong(args[2]);
        int connections = Integer.parseInt(args[4]);
        Requests requests = args.length > 5
                ? new Requests(url, popularity, args[3], args[5])
                : Requests.increments(url, popularity, args[3]);
        BufferedReader rounds = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String round = rounds.readLine(); round != null; round = rounds.readLine()) {
            String[] wanted = round.split(" ");
            try (HttpLoop loop = new HttpLoop(url, connections)) {
                Steady steady = new Steady(requests, popularity, seed++, connections, Long.parseLong(wanted[0]),
                        Integer.parseInt(wanted[1]));
                System.out.println(steady.describe(steady.run(loop)));
            }
        }
    }

    private double run(HttpLoop loop) throws IOException {
        loop.run(this);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        if (everyNanos > 0) {
            for (long due = dueNanos(); due < endNanos; due = startNanos + (long) ((sent + unsent) * everyNanos)) {
                latency.recordValue(endNanos - due);
                unsent++;
            }
        }
        return seconds;
    }

    private long dueNanos() {
        return startNanos + (long) (sent * everyNanos);
    }

    @Override
    public long dueInNanos() {
        long now = System.nanoTime();
        return everyNanos == 0 || now >= endNanos ? 0 : Math.min(dueNanos(), endNanos) - now;
    }

    @Override
    public ByteBuffer next(int connection) {
        long now = System.nanoTime();
        if (now >= endNanos) {
            return null;
        }
        due[connection] = everyNanos == 0 ? now : dueNanos();
        sent++;
        return requests.of(popularity.draw(random));
    }

    @Override
    public void answered(int connection, int status, ByteBuffer answer, long nanos) {
        latency.recordValue(System.nanoTime() - due[connection]);
        service.recordValue(nanos);
        if (status == 200 || status == 202) {
            acknowledged++;
        } else {
            failed(connection, "status " + status);
        }
    }

    @Override
    public void failed(int connection, String why) {
        errors++;
        reason = why;
    }

    private String describe(double seconds) {
        return String.format(Locale.ROOT,
                "{\"requests\":%d,\"seconds\":%.6f,%s,\"service_p99_ms\":%.3f,\"unsent\":%d,"
                        + "\"errors\":{\"failed\":%d},\"reason\":%s,\"sent\":%d,\"acknowledged\":%d}",
                acknowledged, seconds, percentiles(), service.getValueAtPercentile(99) / 1e6, unsent, errors,
                Json.quoted(reason), sent, acknowledged);
    }

    private String percentiles() {
        return String.format(Locale.ROOT,
                "\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f",
                latency.getValueAtPercentile(50) / 1e6, latency.getValueAtPercentile(95) / 1e6,
                latency.getValueAtPercentile(99) / 1e6, latency.getValueAtPercentile(99.9) / 1e6,
                latency.getMaxValue() / 1e6);
    }
}
