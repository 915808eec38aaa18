import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Sends fixed numbers of increments over fixed numbers of connections, names drawn by popularity, and prints what it
 * saw as lines of JSON. All requests are made before the clock starts and all connections are open before it, too. Before
 * each round it waits for a line on its input, so that several of them, all warm, can take turns.
 *
 * <p>Arguments: URL POPULARITY_FILE SEED COUNTER_TYPE WARMUP_SECONDS ROUNDS REQUESTS/CONNECTIONS...
 */
final class Load {

    private static final int SEQUENCE_LENGTH = 1 << 16;
    private static final int WARMUP_CONNECTIONS = 100;

    private final URI url;
    private final Requests requests;
    private final int[] sequence = new int[SEQUENCE_LENGTH];
    private int at;
    private long sent;
    private long acknowledged;

    private Load(URI url, Popularity popularity, long seed, String counterType) {
        this.url = url;
        requests = Requests.increments(url, popularity, counterType);
        SplittableRandom random = new SplittableRandom(seed);
        Arrays.setAll(sequence, i -> popularity.draw(random));
    }

    private record Level(int requests, int connections, List<Round> rounds) {

        static Level of(String text) {
            String[] parts = text.split("/", 2);
            return new Level(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), new ArrayList<>());
        }
    }

    public static void main(String[] args) throws IOException {
        URI url = URI.create(args[0]);
        Load load = new Load(url, Popularity.of(args[1]), Long.parseLong(args[2]), args[3]);
        load.run(WARMUP_CONNECTIONS, new Round(load, Integer.MAX_VALUE, Integer.parseInt(args[4])));
        System.out.println("{\"warm\":true}");
        var goAhead = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        List<Level> levels = Arrays.stream(args).skip(6).map(Level::of).toList();
        for (int i = 1; i <= Integer.parseInt(args[5]); i++) {
            goAhead.readLine();
            for (Level level : levels) {
                Round round = load.run(level.connections, new Round(load, level.requests, Integer.MAX_VALUE));
                level.rounds.add(round);
                System.out.printf("{\"round\":%d,%s}%n", i, describe(level, List.of(round)));
            }
        }
        for (Level level : levels) {
            System.out.printf("{\"summary\":true,%s}%n", describe(level, level.rounds));
        }
        System.out.printf("{\"sent\":%d,\"acknowledged\":%d}%n", load.sent, load.acknowledged);
    }

    private Round run(int connections, Round round) throws IOException {
        try (HttpLoop loop = new HttpLoop(url, connections)) {
            round.startNanos = System.nanoTime();
            loop.run(round);
            round.endNanos = System.nanoTime();
        }
        sent += round.sent;
        acknowledged += round.good;
        return round;
    }

    private ByteBuffer next() {
        return requests.of(sequence[at++ & SEQUENCE_LENGTH - 1]);
    }

    /** Rate: the median of the rounds. Percentiles: of all their answers together. */
    private static String describe(Level level, List<Round> rounds) {
        double[] rates = rounds.stream().mapToDouble(Round::requestsPerSecond).sorted().toArray();
        long[] nanos = rounds.stream().flatMapToLong(r -> Arrays.stream(r.nanos, 0, r.answered)).sorted().toArray();
        long errors = rounds.stream().mapToLong(r -> (long) level.requests - r.good).sum();
        List<String> reasons = rounds.stream().flatMap(r -> r.reasons.stream()).distinct().toList();
        return String.format(Locale.ROOT,
                "\"requests\":%d,\"connections\":%d,\"requests_per_second\":%.0f,\"slowest\":%.0f,\"fastest\":%.0f,"
                        + "\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f,"
                        + "\"errors\":%d,\"reasons\":[%s]",
                level.requests, level.connections, rates[rates.length / 2], rates[0], rates[rates.length - 1],
                percentileMillis(nanos, 50), percentileMillis(nanos, 95), percentileMillis(nanos, 99),
                percentileMillis(nanos, 99.9), percentileMillis(nanos, 100), errors, String.join(",", reasons.stream().map(Json::quoted).toList()));
    }

    private static double percentileMillis(long[] sorted, double percent) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(sorted.length * percent / 100) - 1] / 1e6;
    }

    private static final class Round implements HttpLoop.Traffic {

        private static final int REASONS_MAX = 5;

        private final Load load;
        private final int requests;
        private final int secondsMax;
        private final long[] nanos;
        private final List<String> reasons = new ArrayList<>();
        private int sent;
        private int answered;
        private int good;
        private boolean over;
        private long startNanos;
        private long endNanos;

        Round(Load load, int requests, int secondsMax) {
            this.load = load;
            this.requests = requests;
            this.secondsMax = secondsMax;
            this.nanos = new long[requests == Integer.MAX_VALUE ? 0 : requests];
        }

        double requestsPerSecond() {
            return good / ((endNanos - startNanos) / 1e9);
        }

        @Override
        public ByteBuffer next(int connection) {
            if (over || sent == requests) {
                return null;
            }
            sent++;
            return load.next();
        }

        @Override
        public void answered(int connection, int status, ByteBuffer answer, long took) {
            if (answered < nanos.length) {
                nanos[answered++] = took;
            }
            if (status == 200) {
                good++;
            } else {
                remember("status " + status);
            }
        }

        @Override
        public void failed(int connection, String why) {
            remember(why);
        }

        @Override
        public void tick() {
            over = (System.nanoTime() - startNanos) / 1e9 > secondsMax;
        }

        private void remember(String reason) {
            if (reasons.size() < REASONS_MAX && !reasons.contains(reason)) {
                reasons.add(reason);
            }
        }
    }
}
