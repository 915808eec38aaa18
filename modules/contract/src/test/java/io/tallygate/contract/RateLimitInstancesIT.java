package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ratelimit.v1.CheckResponse;
import io.tallygate.ratelimit.v1.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several rate limit services on one Redis, each a process of its own with many callers: what passes of all of them
 * together is the limit, to the hit, and rules that change meanwhile cost nobody an answer.
 */
@StoreDoesNotMatter
@OneDeploymentIsEnough
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class RateLimitInstancesIT {

    private static final int PROCESSES = 3;
    private static final int CALLERS_EACH = 64;
    /** More than one process's callers ask for, and less than those of two: none can use it up alone. */
    private static final int LIMIT = 300;
    private static final int CHECKS_EACH = 4;
    /** More than is ever asked for, so that what remains tells how much was counted. */
    private static final long PLENTY = 1_000_000_000;

    private static final int SLIDING = 100;
    private static final long SLIDING_MICROS = 250_000;

    private static final String RULES = """
            domain: shared
            descriptors:
              - {key: fixed_window, rate_limit: {unit: year, requests_per_unit: 300}}
              - {key: token_bucket, rate_limit: {algorithm: token_bucket, unit: year, requests_per_unit: 300}}
              - {key: sliding_log, rate_limit: {algorithm: sliding_log, unit: year, requests_per_unit: 300}}
              - {key: concurrency, rate_limit: {algorithm: concurrency, requests_per_unit: 300, lease_ttl: 1h}}
              - key: several
                rate_limit:
                  limits:
                    - {name: narrow, algorithm: sliding_log, unit: year, requests_per_unit: 300}
                    - {name: wide, unit: year, requests_per_unit: 400}
              - {key: sliding_window, rate_limit: {algorithm: sliding_window, window: 250ms, requests_per_unit: 100}}
            """;

    private final Path rules = TemporaryDirectories.create("rules");
    private final List<RateLimitProcess> processes = new ArrayList<>();
    private final RedisServer redis = RedisServer.start();

    @BeforeAll
    void start() {
        write("shared", RULES);
        write("changing", changing(""));
        // A store on a busy machine takes its time.
        Map<String, String> settings = Launch.defaults().with(redis.settings())
                .with("TALLYGATE_RATELIMIT_TIMEOUT", "10s").environment();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(new RateLimitProcess(rules, settings));
        }
        processes.forEach(RateLimitProcess::awaitReady);
    }

    @AfterAll
    void stop() {
        processes.forEach(RateLimitProcess::close);
        redis.close();
        TemporaryDirectories.delete(rules);
    }

    private void write(String name, String document) {
        try {
            Path written = Files.writeString(rules.resolve(name + ".new"), document);
            Files.move(written, rules.resolve(name + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A caller's turn at one of the processes. */
    private interface Turn<T> {
        T at(RateLimitProcess process) throws Exception;
    }

    /** Has all callers of so many processes take their turn at once. */
    private <T> List<T> turns(int count, Turn<T> turn) {
        return Clients.atOnce(count * CALLERS_EACH, caller -> turn.at(processes.get(caller % count)));
    }

    private static CheckResponse asked(RateLimitProcess process, String key, String value) {
        CheckResponse answer = process.check("shared", key, value);
        assertThat(answer.getSource()).as("who decided").isEqualTo(Source.SOURCE_STORE);
        return answer;
    }

    /** What passed of all that the callers of so many processes ask at once. */
    private List<CheckResponse> passed(int count, String key) {
        return turns(count, process -> IntStream.range(0, CHECKS_EACH)
                .mapToObj(_ -> asked(process, key, Integer.toString(count))).filter(CheckResponse::getAllowed).toList())
                .stream().flatMap(Collection::stream).toList();
    }

    private List<Integer> remaining(RateLimitProcess process, int count, String key) {
        return process.info("shared", key, Integer.toString(count)).getLimitsList().stream()
                .map(limit -> limit.getRemaining()).toList();
    }

    @ParameterizedTest(name = "{0}, {1} processes")
    @CsvSource({"fixed_window,2", "fixed_window,3", "token_bucket,2", "token_bucket,3", "sliding_log,2",
            "sliding_log,3"})
    void allProcessesTogetherLetExactlyTheLimitPass(String algorithm, int count) {
        assertThat(passed(count, algorithm).size()).isEqualTo(LIMIT);

        assertThat(processes).allSatisfy(
                process -> assertThat(remaining(process, count, algorithm)).containsExactly(0));
    }

    @ParameterizedTest(name = "{0} processes")
    @ValueSource(ints = {2, 3})
    void severalLimitsOfOneKeyAreTakenTogetherOrNotAtAll(int count) {
        assertThat(passed(count, "several").size()).isEqualTo(LIMIT);

        assertThat(processes).allSatisfy(
                process -> assertThat(remaining(process, count, "several")).containsExactly(0, 100));
    }

    @ParameterizedTest(name = "{0} processes")
    @ValueSource(ints = {2, 3})
    void permitsAreSharedAndReleasedAtAnyProcess(int count) {
        List<CheckResponse> taken = passed(count, "concurrency");
        assertThat(taken.size()).isEqualTo(LIMIT);
        assertThat(taken.stream().map(answer -> answer.getLease().getLeaseId()).distinct().count()).isEqualTo(LIMIT);

        for (int i = 0; i < LIMIT; i++) {
            processes.get(i % PROCESSES).release(taken.get(i).getLease().getLeaseId());
        }

        assertThat(processes).allSatisfy(
                process -> assertThat(remaining(process, count, "concurrency")).containsExactly(LIMIT));
    }

    @Test
    void eachProcessTellsItsHealthAndWhatItCounted() {
        for (RateLimitProcess process : processes) {
            assertThat(asked(process, "fixed_window", "told").getAllowed()).isTrue();
            Answer health = process.operations().get("/health");
            assertThat(health).isOk();
            assertThat(health.mediaType()).isEqualTo("application/json");
            assertThat(health.json().path("status").asText()).isEqualTo("UP");
            Answer metrics = process.operations().get("/metrics");
            assertThat(metrics).isOk();
            assertThat(metrics.body()).containsPattern("\\nratelimit_service_rate_limit_total_hits"
                    + "\\{domain=\"shared\",key1=\"fixed_window\",key2=\"\"} \\d")
                    .contains("tallygate_ratelimit_rules_problems 0.0", "tallygate_ratelimit_store_away 0.0");
            assertThat(process.operations().get("/json")).hasStatus(404);
        }
    }

    /** A check as its caller saw it: it was decided at some time between these two, in microseconds since the epoch. */
    private record Seen(long askedMicros, long answeredMicros, boolean allowed) {

        boolean isWithin(long afterMicros, long untilMicros) {
            return askedMicros > afterMicros && answeredMicros <= untilMicros;
        }

        boolean mayBeWithin(long fromMicros, long untilMicros) {
            return answeredMicros >= fromMicros && askedMicros <= untilMicros;
        }
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /**
     * What is documented of it: a window that ends e into a period has at most previous × e / W more than the limit, and
     * nothing is denied where the log has less than the limit but for previous × (W − e) / W.
     */
    @ParameterizedTest(name = "{0} processes")
    @ValueSource(ints = {2, 3})
    void aSlidingWindowErrsByNoMoreThanItSays(int count) {
        var total = new AtomicLong();
        List<Seen> seen = turns(count, process -> {
            var mine = new ArrayList<Seen>();
            while (total.get() < 3L * SLIDING) {
                long before = nowMicros();
                boolean allowed = asked(process, "sliding_window", Integer.toString(count)).getAllowed();
                mine.add(new Seen(before, nowMicros(), allowed));
                if (allowed) {
                    total.incrementAndGet();
                } else {
                    // Denials are remembered by each process: without a pause there would be nothing but these.
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            }
            return mine;
        }).stream().flatMap(Collection::stream).toList();

        List<Seen> passed = seen.stream().filter(Seen::allowed).toList();
        for (Seen last : passed) {
            long end = last.answeredMicros();
            long elapsed = end % SLIDING_MICROS;
            assertThat(passed.stream().filter(one -> one.isWithin(end - SLIDING_MICROS, end)).count())
                    .as("passed in a window that ends %d µs into its period", elapsed)
                    .isLessThanOrEqualTo(SLIDING + shareOf(before(passed, end), elapsed));
        }
        for (Seen denied : seen) {
            if (!denied.allowed() && period(denied.askedMicros()) == period(denied.answeredMicros())) {
                long left = SLIDING_MICROS - denied.askedMicros() % SLIDING_MICROS;
                assertThat(passed.stream().filter(one -> one.mayBeWithin(denied.askedMicros() - SLIDING_MICROS,
                        denied.answeredMicros())).count())
                        .as("what had passed before a denial %d µs before the end of its period", left)
                        .isGreaterThanOrEqualTo(SLIDING - shareOf(before(passed, denied.askedMicros()), left));
            }
        }
    }

    private static long period(long micros) {
        return micros / SLIDING_MICROS;
    }

    /** The most that can have passed in the period before that of a time. */
    private static long before(List<Seen> passed, long micros) {
        long begin = period(micros) * SLIDING_MICROS;
        return passed.stream().filter(one -> one.mayBeWithin(begin - SLIDING_MICROS, begin)).count();
    }

    /** Rounded up. */
    private static long shareOf(long previous, long micros) {
        return Math.ceilDiv(previous * micros, SLIDING_MICROS);
    }

    /** @param more descriptors */
    private static String changing(String more) {
        return """
                domain: changing
                descriptors:
                  - {key: kept, rate_limit: {unit: year, requests_per_unit: 1000000000}}
                  - {key: full, rate_limit: {algorithm: sliding_log, unit: year, requests_per_unit: 3}}
                  - {key: raised, rate_limit: {algorithm: token_bucket, unit: year, requests_per_unit: 3}}
                """ + more;
    }

    /** What the callers of all processes see while rules change. */
    private record Observed(AtomicLong kept, AtomicLong raised) {

        void ask(RateLimitProcess process) {
            CheckResponse answer = process.check("changing", "kept", "");
            assertThat(answer.getAllowed()).isTrue();
            assertThat(answer.getLimitsList()).as("the limit that stays the same").singleElement()
                    .satisfies(limit -> assertThat(limit.getRemaining()).isLessThan((int) PLENTY));
            kept.incrementAndGet();
            assertThat(process.check("changing", "full", "").getAllowed()).as("what was used up before").isFalse();
            if (process.check("changing", "raised", "").getAllowed()) {
                raised.incrementAndGet();
            }
        }
    }

    @Test
    void rulesThatChangeUnderLoadCostNoAnswerAndNoCount() {
        for (int i = 0; i < 3; i++) {
            assertThat(processes.get(i).check("changing", "full", "").getAllowed()).isTrue();
            assertThat(processes.get(i).check("changing", "raised", "").getAllowed()).isTrue();
        }
        var observed = new Observed(new AtomicLong(), new AtomicLong());
        var over = new AtomicBoolean();
        Clients.atOnce(1 + 4 * PROCESSES, client -> {
            if (client == 0) {
                try {
                    change();
                } finally {
                    over.set(true);
                }
            } else {
                do {
                    observed.ask(processes.get(client % PROCESSES));
                    LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                } while (!over.get());
            }
            return client;
        });

        assertThat(processes).allSatisfy(process -> {
            assertThat(process.info("changing", "kept", "").getLimits(0).getRemaining())
                    .isEqualTo((int) (PLENTY - observed.kept().get()));
            assertThat(process.info("changing", "raised", "").getLimits(0).getRemaining()).isZero();
        });
        assertThat(observed.raised()).as("5 is 2 more than the 3 that were used before").hasValue(2);
    }

    /** Replaces the file of rules: by one that is right, one that is wrong, and one with a limit that is another. */
    private void change() {
        write("changing", changing("  - {key: added, rate_limit: {unit: year, requests_per_unit: 7}}\n"));
        awaitEverywhere("the descriptor that was added", process -> limits(process, "added").equals(List.of(7)));

        write("changing", changing("").replace("requests_per_unit: 3", "requests_per_unit: 9")
                .replaceFirst("year", "fortnight"));
        awaitEverywhere("the file that is wrong is told",
                process -> process.operations().get("/health").json().path("notes").size() == 1);
        assertThat(processes).allSatisfy(process -> {
            Answer health = process.operations().get("/health");
            assertThat(health).isOk();
            assertThat(health.json().path("status").asText()).isEqualTo("UP");
            assertThat(health.json().at("/notes/0").asText())
                    .startsWith(rules.resolve("changing.yaml") + ":3: changing.kept: unit must be one of ");
            assertThat(process.operations().get("/metrics").body()).contains("tallygate_ratelimit_rules_problems 1.0");
            assertThat(limits(process, "raised")).as("the rules of before").containsExactly(3);
            assertThat(limits(process, "added")).as("the rules of before").containsExactly(7);
        });

        write("changing", changing("").replace("token_bucket, unit: year, requests_per_unit: 3",
                "token_bucket, unit: year, requests_per_unit: 5"));
        awaitEverywhere("the limit that was raised",
                process -> limits(process, "raised").equals(List.of(5)) && limits(process, "added").isEmpty());
        awaitEverywhere("what was left of it is used",
                process -> process.info("changing", "raised", "").getLimits(0).getRemaining() == 0);
    }

    private static List<Integer> limits(RateLimitProcess process, String key) {
        return process.info("changing", key, "").getLimitsList().stream().map(limit -> limit.getLimit()).toList();
    }

    private interface Condition {
        boolean holds(RateLimitProcess process);
    }

    private void awaitEverywhere(String what, Condition condition) {
        Await.until(RateLimitApi.IN_EFFECT.multipliedBy(12), what,
                () -> processes.stream().allMatch(condition::holds));
    }
}
