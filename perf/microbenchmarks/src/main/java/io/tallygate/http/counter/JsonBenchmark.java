package io.tallygate.http.counter;

import io.micronaut.http.HttpResponse;
import io.tallygate.counter.CounterKey;
import io.tallygate.http.JsonBody;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RowKey;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An increment's JSON, read with all its checks, and its answer's, written. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class JsonBenchmark {

    private final byte[] body = "{\"resource_id\":\"ansi-styles\",\"counter_type\":\"downloads\",\"delta\":1}"
            .getBytes(StandardCharsets.UTF_8);
    private final RowKey counter = CounterKey.of("ansi-styles", "downloads");
    private final PostingResult committed = new PostingResult.Committed(Outcomes.applied(1_234_567));

    /** Returns a {@code RequestedIncrement}, whose type is nobody else's business. */
    @Benchmark
    public Object in() {
        return JsonBody.read(body, RequestedIncrement::single);
    }

    @Benchmark
    public HttpResponse<byte[]> out() {
        return CounterAnswers.committed(counter, committed, "the key");
    }
}
