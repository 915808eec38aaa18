import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.CounterServiceGrpc.CounterServiceStub;
import io.tallygate.counter.v1.IncrementRequest;
import io.tallygate.counter.v1.IncrementResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Increments over gRPC, a call each, so many in flight over four connections, names drawn by popularity, and prints what
 * it saw as a line of JSON. All requests are made before the clock starts.
 *
 * <p>Arguments: PORT POPULARITY_FILE SEED COUNTER_TYPE IN_FLIGHT WARMUP_SECONDS SECONDS. The stubs and HdrHistogram are on
 * the class path.
 */
final class Unary {

    private static final int CONNECTIONS = 4;
    private static final int REQUESTS = 1 << 16;
    private static final long NANOS_MAX = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final List<CounterServiceStub> stubs;
    private final List<IncrementRequest> requests;
    private final AtomicInteger at = new AtomicInteger();

    private Unary(List<CounterServiceStub> stubs, List<IncrementRequest> requests) {
        this.stubs = stubs;
        this.requests = requests;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        List<ManagedChannel> channels = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            int port = Integer.parseInt(args[0]);
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build());
        }
        List<IncrementRequest> requests = requests(new Popularity(Path.of(args[1])), Long.parseLong(args[2]), args[3]);
        Unary unary = new Unary(channels.stream().map(CounterServiceGrpc::newStub).toList(), requests);
        int inFlight = Integer.parseInt(args[4]);
        Run warmup = unary.run(inFlight, Integer.parseInt(args[5]));
        Run run = unary.run(inFlight, Integer.parseInt(args[6]));
        channels.forEach(ManagedChannel::shutdownNow);
        System.out.println("RESULT " + run.describe(warmup));
    }

    private static List<IncrementRequest> requests(Popularity popularity, long seed, String counterType) {
        SplittableRandom random = new SplittableRandom(seed);
        List<IncrementRequest> requests = new ArrayList<>(REQUESTS);
        for (int i = 0; i < REQUESTS; i++) {
            IncrementRequest.Builder request = IncrementRequest.newBuilder();
            request.getOperationBuilder().setDelta(1).getCounterBuilder().setCounterType(counterType)
                    .setResourceId(popularity.name(popularity.draw(random)));
            requests.add(request.build());
        }
        return requests;
    }

    private Run run(int inFlight, int seconds) throws InterruptedException {
        Run run = new Run(inFlight, System.nanoTime() + seconds * 1_000_000_000L);
        for (int i = 0; i < inFlight; i++) {
            run.call(stubs.get(i % CONNECTIONS));
        }
        run.open.await();
        run.seconds = (System.nanoTime() - run.startNanos) / 1e9;
        return run;
    }

    private final class Run {

        private final long startNanos = System.nanoTime();
        private final long endNanos;
        private final CountDownLatch open;
        private final ConcurrentHistogram latency = new ConcurrentHistogram(NANOS_MAX, DIGITS);
        private final LongAdder acknowledged = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private double seconds;

        Run(int inFlight, long endNanos) {
            this.open = new CountDownLatch(inFlight);
            this.endNanos = endNanos;
        }

        /** Each answer makes the next call. */
        void call(CounterServiceStub stub) {
            long sentNanos = System.nanoTime();
            if (sentNanos >= endNanos) {
                open.countDown();
                return;
            }
            stub.increment(requests.get(at.getAndIncrement() & REQUESTS - 1), new StreamObserver<>() {
                @Override
                public void onNext(IncrementResponse response) {
                    latency.recordValue(System.nanoTime() - sentNanos);
                    acknowledged.increment();
                }

                @Override
                public void onError(Throwable failure) {
                    failed.increment();
                    call(stub);
                }

                @Override
                public void onCompleted() {
                    call(stub);
                }
            });
        }

        String describe(Run warmup) {
            return String.format(Locale.ROOT,
                    "{\"requests\":%d,\"seconds\":%.6f,\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,"
                            + "\"max_ms\":%.3f,\"errors\":{\"failed\":%d},\"acknowledged\":%d}",
                    acknowledged.sum(), seconds, millis(50), millis(95), millis(99), millis(99.9), millis(100),
                    failed.sum(), warmup.acknowledged.sum() + acknowledged.sum());
        }

        private double millis(double percentile) {
            return latency.getValueAtPercentile(percentile) / 1e6;
        }
    }
}
