package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Precision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a descriptor that was read to what a store is asked: its rule, the names of its states, its claims. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class LookupBenchmark {

    private static final int ENDPOINTS = 1_000;

    /** How the descriptor finds its rule. */
    public enum Kind {
        /** By a key alone. */
        KEY("remote_address=203.0.113.77"),
        /** By a key and one value of many. */
        VALUE("endpoint=GET /api/v1/things/777"),
        /** By two levels. */
        NESTED("user=alice;endpoint=GET /api/v1/things/777"),
        /** By the last of ten patterns. */
        PATTERN("path=/files/12345/download/9");

        private final List<DescriptorEntry> entries;

        Kind(String descriptor) {
            List<DescriptorEntry> read = new ArrayList<>();
            for (String entry : descriptor.split(";", -1)) {
                int end = entry.indexOf('=');
                read.add(new DescriptorEntry(entry.substring(0, end), entry.substring(end + 1)));
            }
            this.entries = List.copyOf(read);
        }
    }

    @Param
    public Kind kind = Kind.KEY;

    private final RuleBook book = new RuleBook(Precision.REDIS);
    private final MetricKeys metrics = new MetricKeys();
    private Check check = Check.of("benchmark", List.of());

    @Setup
    public void load() {
        var text = new StringBuilder("""
                domain: benchmark
                descriptors:
                  - {key: remote_address, rate_limit: &limit {unit: minute, requests_per_unit: 100}}
                  - {key: user, rate_limit: *limit, descriptors: [{key: endpoint, rate_limit: *limit}]}
                """);
        for (int i = 0; i < ENDPOINTS; i++) {
            text.append("  - {key: endpoint, value: GET /api/v1/things/").append(i).append(", rate_limit: *limit}\n");
        }
        for (int i = 0; i < 10; i++) {
            text.append("  - {key: path, value: /files/*/download/").append(i).append(", rate_limit: *limit}\n");
        }
        book.store("benchmark",
                RuleDocument.of("benchmark.yaml", text.toString().getBytes(StandardCharsets.UTF_8)));
        check = Check.of("benchmark", List.of(Descriptor.of(kind.entries, 1)));
    }

    @Benchmark
    public List<Claim> find() {
        return Plan.of(check, book.rules(), metrics, Precision.REDIS).claims();
    }
}
