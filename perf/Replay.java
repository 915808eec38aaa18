import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/** Replays increments drawn by popularity against a server, then holds the server's answers against what was sent. */
final class Replay implements HttpLoop.Traffic {

    private static final String HELP = """
            Replays increments of names drawn by popularity, then checks every total and the leaderboards' order.

            Usage: perf/replay --url http://127.0.0.1:8080 [options]

              --url URL             the server; plain HTTP
              --file FILE           name<TAB>count lines under a heading (perf/data/popularity-sample.tsv)
              --count N             increments to send (100000)
              --connections N       kept open, one request in flight on each (32)
              --batch N             increments a request: 1 uses increment, 2-1000 use batch-increment (1)
              --seed N              of the names drawn; printed, so that a run can be repeated (random)
              --counter-type NAME   (a new one for each run, so that runs do not meet)
              --token TOKEN         sent as "Authorization: Bearer TOKEN" (none)
              --progress bar|lines  on stderr (lines; perf/replay says bar on a terminal)
              --help

            Exit code: 0 all held, 1 something did not (listed on stdout), 2 wrong arguments.
            Beside other writers of the same counters, totals cannot be checked: keep the default counter type.
            """;

    private static final int NAMES_A_READ = 1000;
    private static final int LEADERBOARD_LIMIT = 1000;
    private static final int LISTED_MAX = 20;
    private static final List<Window> WINDOWS = List.of(new Window("1m", Duration.ofMinutes(1)),
            new Window("1h", Duration.ofHours(1)), new Window("24h", Duration.ofHours(24)));

    private record Window(String name, Duration length) {}

    private record Options(URI url, Path file, long count, int connections, int batch, long seed, String counterType,
            String token, boolean ownCounterType, boolean bar) {

        static Options of(String[] args) {
            Map<String, String> given = new HashMap<>();
            for (int i = 0; i < args.length; i += 2) {
                if (!HELP.contains("  " + args[i] + " ") || i + 1 == args.length) {
                    throw new IllegalArgumentException(args[i] + ": no such option, or its value is missing");
                }
                given.put(args[i].substring(2), args[i + 1]);
            }
            if (!given.containsKey("url")) {
                throw new IllegalArgumentException("--url is missing");
            }
            long seed = given.containsKey("seed") ? Long.parseLong(given.get("seed")) : new Random().nextInt(1 << 30);
            return new Options(URI.create(given.get("url")),
                    Path.of(given.getOrDefault("file", "perf/data/popularity-sample.tsv")),
                    within(given, "count", 100_000, Integer.MAX_VALUE), (int) within(given, "connections", 32, 10_000),
                    (int) within(given, "batch", 1, 1000), seed,
                    given.getOrDefault("counter-type", "replay-" + seed + "-" + System.currentTimeMillis()),
                    given.get("token"), !given.containsKey("counter-type"), "bar".equals(given.get("progress")));
        }

        private static long within(Map<String, String> given, String name, long otherwise, long max) {
            long value = Long.parseLong(given.getOrDefault(name, Long.toString(otherwise)));
            if (value < 1 || value > max) {
                throw new IllegalArgumentException("--" + name + " must be 1 to " + max + ", is " + value);
            }
            return value;
        }
    }

    private final Options options;
    private final Popularity popularity;
    private final SplittableRandom random;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Long> failures = new HashMap<>();

    /** By index of name: increments of the request in flight on each connection, sent in all, and acknowledged. */
    private final int[][] inFlight;
    private final long[] sentTo;
    private final long[] acknowledgedTo;
    private final Progress progress;
    private long sent;
    private long acknowledged;

    private Replay(Options options) throws IOException {
        this.options = options;
        popularity = new Popularity(options.file);
        random = new SplittableRandom(options.seed);
        inFlight = new int[options.connections][];
        sentTo = new long[popularity.size()];
        acknowledgedTo = new long[popularity.size()];
        progress = new Progress(options.count, options.bar);
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (List.of(args).contains("--help")) {
            System.out.print(HELP);
            return;
        }
        try {
            System.exit(new Replay(Options.of(args)).run() ? 0 : 1);
        } catch (IllegalArgumentException wrong) {
            System.err.println("replay: " + wrong.getMessage() + "; --help lists the options");
            System.exit(2);
        } catch (ConnectException refused) {
            System.err.println("replay: the server takes no connection");
            System.exit(1);
        } catch (IOException broken) {
            System.err.println("replay: " + broken);
            System.exit(1);
        }
    }

    private boolean run() throws IOException, InterruptedException {
        System.out.printf(Locale.ROOT, "%,d increments of %,d names from %s, seed %d, counter type %s%n", options.count,
                popularity.size(), options.file.getFileName(), options.seed, options.counterType);
        long[] before = values();
        long start = System.nanoTime();
        try (HttpLoop loop = new HttpLoop(options.url, options.connections)) {
            progress.start();
            loop.run(this);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        progress.end(acknowledged);
        System.out.printf(Locale.ROOT, "%,d of %,d increments acknowledged in %.1f s, %,.0f/s%n", acknowledged,
                options.count, seconds, acknowledged / seconds);
        failures.forEach((why, times) -> problem("%,d requests failed: %s", times, why));
        if (sent < options.count) {
            problem("%,d increments could not be sent: the server takes no connection", options.count - sent);
        }
        long[] after = values();
        checkTotals(before, after);
        checkLeaderboard("all", after, true);
        for (Window window : WINDOWS) {
            double elapsed = (System.nanoTime() - start) / 1e9;
            checkLeaderboard(window.name, after, elapsed < window.length.toSeconds() / 2.0);
        }
        problems.stream().limit(LISTED_MAX).forEach(System.out::println);
        if (problems.size() > LISTED_MAX) {
            System.out.printf("… and %,d more%n", problems.size() - LISTED_MAX);
        }
        System.out.println(problems.isEmpty() ? "all totals and leaderboards hold" : "problems: " + problems.size());
        return problems.isEmpty();
    }

    private void problem(String format, Object... values) {
        problems.add("WRONG: " + String.format(Locale.ROOT, format, values));
    }

    // ---- sending ----

    @Override
    public ByteBuffer next(int connection) {
        int operations = (int) Math.min(options.batch, options.count - sent);
        if (operations == 0) {
            return null;
        }
        int[] drawn = new int[operations];
        List<String> bodies = new ArrayList<>(operations);
        for (int i = 0; i < operations; i++) {
            drawn[i] = popularity.draw(random);
            sentTo[drawn[i]]++;
            bodies.add(operation(drawn[i], ",\"delta\":1"));
        }
        sent += operations;
        inFlight[connection] = drawn;
        String headers = options.token == null ? "" : "Authorization: Bearer " + options.token + "\r\n";
        return ByteBuffer.wrap(options.batch == 1
                ? HttpLoop.post(options.url, "/api/v1/counter/increment", headers, bodies.getFirst())
                : HttpLoop.post(options.url, "/api/v1/counter/batch-increment", headers,
                        "{\"operations\":[" + String.join(",", bodies) + "]}"));
    }

    private String operation(int name, String more) {
        return "{\"resource_id\":" + Json.quoted(popularity.name(name)) + ",\"counter_type\":"
                + Json.quoted(options.counterType) + more + "}";
    }

    @Override
    public void answered(int connection, int status, ByteBuffer answer, long nanos) {
        if (status != 200) {
            byte[] bytes = new byte[Math.min(answer.position(), 600)];
            answer.get(0, bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            String body = text.substring(Math.max(0, text.indexOf("\r\n\r\n"))).strip();
            failed(connection, status + " " + body.substring(0, Math.min(body.length(), 200)));
            return;
        }
        for (int name : inFlight[connection]) {
            acknowledgedTo[name]++;
        }
        acknowledged += inFlight[connection].length;
    }

    @Override
    public void failed(int connection, String why) {
        boolean listed = failures.size() < LISTED_MAX || failures.containsKey(why);
        failures.merge(listed ? why : "other reasons", 1L, Long::sum);
    }

    @Override
    public void tick() {
        progress.show(acknowledged);
    }

    // ---- checking ----

    private long[] values() throws IOException, InterruptedException {
        long[] values = new long[popularity.size()];
        for (int from = 0; from < values.length; from += NAMES_A_READ) {
            int to = Math.min(values.length, from + NAMES_A_READ);
            List<String> queries = new ArrayList<>();
            for (int name = from; name < to; name++) {
                queries.add(operation(name, ""));
            }
            String body = "{\"queries\":[" + String.join(",", queries) + "]}";
            List<?> results = (List<?>) ask("/api/v1/counter/batch", body).get("results");
            for (int name = from; name < to; name++) {
                values[name] = (Long) ((Map<?, ?>) results.get(name - from)).get("value");
            }
        }
        return values;
    }

    private void checkTotals(long[] before, long[] after) {
        for (int name = 0; name < after.length; name++) {
            long counted = after[name] - before[name];
            if (counted < acknowledgedTo[name] || counted > sentTo[name]) {
                problem("total of %s: %d before, %d after, so %d counted; %d acknowledged of %d sent",
                        popularity.name(name), before[name], after[name], counted, acknowledgedTo[name], sentTo[name]);
            }
        }
    }

    /** The window's entries against the totals; {@code whole} says that all of the run lies within the window. */
    private void checkLeaderboard(String window, long[] totals, boolean whole)
            throws IOException, InterruptedException {
        Map<String, Long> truth = new HashMap<>();
        for (int name = 0; name < totals.length; name++) {
            if (totals[name] != 0) {
                truth.put(popularity.name(name), totals[name]);
            }
        }
        String path = "/api/v1/leaderboard/" + URLEncoder.encode(options.counterType, StandardCharsets.UTF_8)
                .replace("+", "%20") + "?window=" + window + "&limit=" + LEADERBOARD_LIMIT;
        List<?> entries = (List<?>) ask(path, null).get("entries");
        Set<String> seen = new HashSet<>();
        long errorMax = 0;
        long last = Long.MAX_VALUE;
        for (int i = 0; i < entries.size(); i++) {
            Map<?, ?> entry = (Map<?, ?>) entries.get(i);
            String name = (String) entry.get("resource_id");
            long value = (Long) entry.get("value");
            long maxError = (Long) entry.get("max_error");
            if (!seen.add(name)) {
                problem("leaderboard %s: %s is there twice", window, name);
            }
            if ((Long) entry.get("rank") != i + 1 && value != last) {
                problem("leaderboard %s: rank %s in place %d", window, entry.get("rank"), i + 1);
            }
            if (value > last) {
                problem("leaderboard %s: place %d has %d, the place before it %d", window, i + 1, value, last);
            }
            checkEntry(window, name, value, maxError, truth, whole);
            errorMax = Math.max(errorMax, maxError);
            last = value;
        }
        if (whole && (options.ownCounterType || window.equals("all"))) {
            checkNobodyMissing(window, truth, seen, entries.size() < LEADERBOARD_LIMIT ? errorMax : last + errorMax);
        }
    }

    private void checkEntry(String window, String name, long value, long maxError, Map<String, Long> truth,
            boolean whole) {
        Long total = truth.get(name);
        if (total == null && !options.ownCounterType) {
            return; // of a counter type that others use, names are known to us only in part
        }
        long known = total == null ? 0 : total;
        boolean exact = whole && (options.ownCounterType || window.equals("all"));
        if (value - known > maxError || exact && known - value > maxError) {
            problem("leaderboard %s: %s has %d ± %d, its total is %d", window, name, value, maxError, known);
        }
    }

    private void checkNobodyMissing(String window, Map<String, Long> truth, Set<String> seen, long bound) {
        truth.forEach((name, total) -> {
            if (!seen.contains(name) && total > bound) {
                problem("leaderboard %s: %s is missing with a total of %d, more than %d", window, name, total, bound);
            }
        });
    }

    private Map<?, ?> ask(String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(options.url.resolve(path)).timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json");
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        if (options.token != null) {
            request.header("Authorization", "Bearer " + options.token);
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return (Map<?, ?>) Json.read(answer.body());
    }

    /** How far the run is, on stderr: a bar that is redrawn on a terminal, else a line now and then. */
    private static final class Progress {

        private static final int WIDTH = 30;
        private static final long BAR_NANOS = 100_000_000L;
        private static final long LINE_NANOS = 5_000_000_000L;

        private final long total;
        private final boolean bar;
        private long startNanos;
        private long shownNanos;

        Progress(long total, boolean bar) {
            this.total = total;
            this.bar = bar;
        }

        void start() {
            startNanos = System.nanoTime();
            shownNanos = startNanos;
        }

        void show(long done) {
            long now = System.nanoTime();
            if (now - shownNanos >= (bar ? BAR_NANOS : LINE_NANOS)) {
                shownNanos = now;
                draw(done, now);
            }
        }

        void end(long done) {
            if (bar) {
                draw(done, System.nanoTime());
                System.err.println();
            }
        }

        private void draw(long done, long now) {
            double rate = done / ((now - startNanos) / 1e9);
            String eta = rate > 0 ? String.format(Locale.ROOT, "ETA %.0f s", (total - done) / rate) : "ETA unknown";
            String text = String.format(Locale.ROOT, "%3d%%  %,d of %,d  %,.0f/s  %s", done * 100 / total, done, total,
                    rate, eta);
            if (bar) {
                int full = (int) (done * WIDTH / total);
                System.err.print("\r[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + text + "   ");
            } else {
                System.err.println(text);
            }
        }
    }
}
