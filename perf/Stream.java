import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.counter.v1.BatchGetRequest;
import io.tallygate.counter.v1.Consistency;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.grpc.client.IncrementSession;
import io.tallygate.grpc.client.SessionSettings;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.RowKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Writes increments as fast as one session takes them, names drawn by popularity, and prints what was acknowledged as
 * lines of JSON. All batches are made before the clock starts; the server's own counters are read at the end.
 *
 * <p>Arguments: PORT POPULARITY_FILE SEED COUNTER_TYPE BATCH WARMUP_SECONDS ROUNDS SECONDS. The client is on the class
 * path.
 */
final class Stream {

    private static final int INCREMENTS = 1 << 19;
    private static final int SAMPLES_MAX = 1 << 20;
    private static final int READ_MAX = 1000;

    private final List<List<Change.Add>> batches;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLongArray nanos = new AtomicLongArray(SAMPLES_MAX);
    private int at;

    private Stream(List<List<Change.Add>> batches) {
        this.batches = batches;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int port = Integer.parseInt(args[0]);
        Popularity popularity = new Popularity(Path.of(args[1]));
        List<RowKey> keys = new ArrayList<>();
        for (int i = 0; i < popularity.size(); i++) {
            keys.add(CounterKey.of(popularity.name(i), args[3]));
        }
        Stream stream = new Stream(batches(popularity, keys, Long.parseLong(args[2]), Integer.parseInt(args[4])));
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        long sent = 0;
        try (IncrementSession session = IncrementSession.open(channel, SessionSettings.defaults())) {
            sent += stream.run(session, Integer.parseInt(args[5]));
            for (int i = 1; i <= Integer.parseInt(args[6]); i++) {
                stream.samples.set(0);
                long before = stream.acknowledged.get();
                long start = System.nanoTime();
                sent += stream.run(session, Integer.parseInt(args[7]));
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(Locale.ROOT, "{\"round\":%d,\"increments_per_second\":%.0f,%s}%n", i,
                        (stream.acknowledged.get() - before) / seconds, stream.latencies());
            }
        }
        System.out.printf("{\"sent\":%d,\"acknowledged\":%d,\"failed_batches\":%d,\"counted\":%d}%n", sent,
                stream.acknowledged.get(), stream.failed.get(), total(channel, keys));
        channel.shutdownNow();
    }

    private static List<List<Change.Add>> batches(Popularity popularity, List<RowKey> keys, long seed, int size) {
        SplittableRandom random = new SplittableRandom(seed);
        Change.Add[] ones = keys.stream().map(key -> Increment.of(key, 1)).toArray(Change.Add[]::new);
        List<List<Change.Add>> batches = new ArrayList<>();
        for (int made = 0; made < INCREMENTS; made += size) {
            Change.Add[] batch = new Change.Add[size];
            Arrays.setAll(batch, i -> ones[popularity.draw(random)]);
            batches.add(List.of(batch));
        }
        return batches;
    }

    /** Submits for so many seconds and returns how many increments that were. */
    private long run(IncrementSession session, int seconds) throws InterruptedException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        long sent = 0;
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            List<Change.Add> batch = batches.get(at++ % batches.size());
            long submitted = now;
            session.submit(batch).whenComplete((outcome, failure) -> {
                if (failure != null) {
                    failed.incrementAndGet();
                    return;
                }
                acknowledged.addAndGet(batch.size());
                nanos.set((int) (samples.getAndIncrement() % SAMPLES_MAX), System.nanoTime() - submitted);
            });
            sent += batch.size();
        }
        return sent;
    }

    /** Of the last batches, from before the wait for room until the acknowledgement. */
    private String latencies() {
        long[] sorted = new long[(int) Math.min(SAMPLES_MAX, samples.get())];
        Arrays.setAll(sorted, nanos::get);
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f", percentile(sorted, 50),
                percentile(sorted, 99), percentile(sorted, 100));
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[(int) (((long) sorted.length * percent + 99) / 100) - 1] / 1e6;
    }

    private static long total(ManagedChannel channel, List<RowKey> keys) {
        var stub = CounterServiceGrpc.newBlockingStub(channel);
        long total = 0;
        for (int from = 0; from < keys.size(); from += READ_MAX) {
            var request = BatchGetRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_STRONG);
            for (RowKey key : keys.subList(from, Math.min(keys.size(), from + READ_MAX))) {
                request.addCountersBuilder().setResourceId(key.id()).setCounterType(key.section());
            }
            total += stub.batchGet(request.build()).getReadingsList().stream()
                    .mapToLong(reading -> reading.getValue()).sum();
        }
        return total;
    }
}
