package io.tallygate.peer.library;

import io.tallygate.cache.Cached;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How soon a process no longer serves what another one has invalidated, and how long a warm-up takes. Both processes
 * read the same monotonic clock of the machine.
 */
public final class Notice {

    private static final int KEYS = 100;
    private static final long LOOK_NANOS = 50_000;
    private static final int ROUNDS_BEFORE = 200;

    private Notice() {}

    /**
     * Measures, or is the other process.
     *
     * @param arguments the number of invalidations; or {@code tell}, in the process that is started for that
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        if (arguments[0].equals("tell")) {
            tell();
        } else {
            measure(Integer.parseInt(arguments[0]));
        }
    }

    /** Invalidates each key that it is sent, and answers when it began to. */
    private static void tell() throws IOException {
        try (TallygateCache cache = TallygateCache.shared(new CacheSetup(KEYS, key -> "-"));
                var keys = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String key = keys.readLine(); key != null; key = keys.readLine()) {
                long began = System.nanoTime();
                cache.cache().invalidate(key).toCompletableFuture().join();
                System.out.println(began);
            }
        }
    }

    private static void measure(int rounds) throws IOException, InterruptedException {
        var loads = new AtomicLong();
        try (TallygateCache cache = TallygateCache.shared(
                new CacheSetup(1_000, key -> Long.toString(loads.incrementAndGet())))) {
            Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dredis.port=" + CacheSetup.redisPort(), "-cp", System.getProperty("java.class.path"),
                    Notice.class.getName(), "tell").redirectError(Redirect.INHERIT).start();
            try (var told = other.inputReader(StandardCharsets.UTF_8);
                    var out = new PrintStream(other.getOutputStream(), true, StandardCharsets.UTF_8)) {
                var delays = new long[rounds];
                for (int i = -ROUNDS_BEFORE; i < rounds; i++) {
                    long delay = round(cache, Values.key(i & (KEYS - 1)), told, out);
                    if (i >= 0) {
                        delays[i] = delay;
                    }
                }
                Arrays.sort(delays);
                System.out.printf(Locale.ROOT, "invalidations %d p50_us %d p99_us %d max_us %d%n", rounds,
                        delays[rounds / 2] / 1_000, delays[rounds * 99 / 100] / 1_000, delays[rounds - 1] / 1_000);
            } finally {
                other.destroy();
                other.waitFor();
            }
        }
        warmUp(100);
        warmUp(100);
        warmUp(10_000);
    }

    /** Nanoseconds from the call there until the value that was invalidated is not served here any more. */
    private static long round(TallygateCache cache, String key, BufferedReader told, PrintStream out)
            throws IOException {
        String before = cache.await(key);
        out.println(key);
        while (serves(cache.cache().get(key).toCompletableFuture(), before)) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        long seen = System.nanoTime();
        return seen - Long.parseLong(told.readLine());
    }

    private static boolean serves(CompletableFuture<Cached<String>> answer, String value) {
        return answer.isDone() && answer.join().value().orElse("").equals(value);
    }

    private static void warmUp(int entries) {
        try (TallygateCache cache = TallygateCache.shared(new CacheSetup(entries, key -> "-"))) {
            String[] keys = Values.keys(entries, System.nanoTime());
            var warmed = cache.cache().warm(Arrays.asList(keys)).toCompletableFuture().join();
            System.out.printf(Locale.ROOT, "warm_up %d loaded %d ms %d in_memory %d%n", entries, warmed.loaded(),
                    warmed.millis(), cache.cache().figures().entries());
        }
    }
}
