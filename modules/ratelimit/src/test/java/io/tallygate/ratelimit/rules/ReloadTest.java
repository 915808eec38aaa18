package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rules that change while callers ask: every check is decided by rules as they were before or after, and counts. */
@Timeout(120)
final class ReloadTest {

    private static final int CALLERS = 4;
    private static final int ROUNDS = 100;
    private static final long PLENTY = 1_000_000_000;

    @TempDir
    private Path directory;

    private final Deadlines deadlines = new Deadlines();
    private final RateLimitStore store = RateLimitStore.inMemory(RateLimitStore.MEMORY_MIN, InstantSource.system());
    private final RuleBook book = new RuleBook(Precision.MEMORY);
    private final RateLimits limits = new RateLimits(book, store, store, () -> 1, Duration.ofSeconds(20), deadlines,
            System::nanoTime);

    @AfterEach
    void close() {
        deadlines.close();
        store.close();
    }

    private void write(int changing, String unit) throws IOException {
        Files.writeString(directory.resolve("d.yaml"), """
                domain: d
                descriptors:
                  - {key: kept, rate_limit: {unit: year, requests_per_unit: %d}}
                  - {key: full, rate_limit: {algorithm: sliding_log, unit: year, requests_per_unit: 1}}
                  - {key: changing, rate_limit: {unit: %s, requests_per_unit: %d}}
                """.formatted(PLENTY, unit, changing));
    }

    private LimitReport hit(String key) {
        CheckResult result = limits.check(Check.of("d", List.of(Descriptor.of(Rules.entries(key, "v"), 1))))
                .toCompletableFuture().join();
        return result.limits().findFirst().orElseThrow(() -> new AssertionError("no rule for " + key));
    }

    private long changing() {
        return hit("changing").rule().limit().requests();
    }

    @Test
    void filesThatAreReplacedUnderLoad_costNoCheckAndNoCount() throws Exception {
        var files = new RuleFiles(directory, book);
        write(1, "year");
        files.poll();
        assertThat(hit("full").allowed()).isTrue();

        var over = new AtomicBoolean();
        long asked = 0;
        try (var callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<Long>> running = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                running.add(callers.submit(caller(over)));
            }
            try {
                for (int round = 1; round <= ROUNDS; round++) {
                    replace(files, 1 + round);
                }
            } finally {
                over.set(true);
            }
            for (Future<Long> caller : running) {
                asked += caller.get();
            }
        }

        assertThat(hit("kept").remaining()).isEqualTo(PLENTY - asked - 1);
        assertThat(hit("changing").decision().orElseThrow().used()).as("whatever its limit was")
                .isEqualTo(2 * ROUNDS + 1);
    }

    /** One file that is right, then one that is wrong. */
    private void replace(RuleFiles files, int limit) throws IOException {
        write(limit, "year");
        files.poll();
        files.poll();
        assertThat(changing()).isEqualTo(limit);
        assertThat(book.status().isWell()).isTrue();

        write(0, "fortnight");
        files.poll();
        files.poll();
        assertThat(changing()).as("while the file is wrong").isEqualTo(limit);
        assertThat(book.status().problems()).singleElement().asString().contains("d.yaml:5: d.changing: unit ");
    }

    /** Asks until it is over, and says how often. */
    private Callable<Long> caller(AtomicBoolean over) {
        return () -> {
            long asked = 0;
            do {
                LimitReport kept = hit("kept");
                assertThat(kept.allowed()).isTrue();
                asked++;
                assertThat(kept.remaining()).isLessThanOrEqualTo(PLENTY - asked);
                assertThat(hit("full").allowed()).as("what was used up before").isFalse();
            } while (!over.get());
            return asked;
        };
    }
}
