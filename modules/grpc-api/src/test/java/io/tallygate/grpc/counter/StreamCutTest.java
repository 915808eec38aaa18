package io.tallygate.grpc.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.tallygate.counter.v1.Frame;
import io.tallygate.counter.v1.FrameAck;
import io.tallygate.grpc.TestServer;
import io.tallygate.ledger.CuttingProxy;
import io.tallygate.ledger.OracleStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real connections that are cut at random places: no increment is lost, none counts twice. */
@Timeout(300)
final class StreamCutTest {

    private static final int SESSIONS = 4;
    private static final int FRAMES = 40;
    private static final int COUNTERS = 12;
    private static final int CUT_AFTER_BYTES_MAX = 6_000;

    private final AtomicInteger connections = new AtomicInteger();

    @Test
    void sessions_cutAtRandomPlaces_countEveryIncrementOnce() throws Exception {
        long seed = Long.getLong("tallygate.seed", System.nanoTime());
        System.out.println("StreamCutTest: seed " + seed);
        Map<String, Long> expected = new HashMap<>();
        try (var server = new TestServer(Map.of(), new OracleStore(new OracleStore.Data()));
                var proxy = new CuttingProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                        seed);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            proxy.cutting(CUT_AFTER_BYTES_MAX);
            var running = new ArrayList<Future<Map<String, Long>>>();
            for (int i = 0; i < SESSIONS; i++) {
                var random = new Random(seed + i);
                running.add(threads.submit(() -> sendAll(proxy.port(), random)));
            }
            for (Future<Map<String, Long>> session : running) {
                session.get(280, TimeUnit.SECONDS).forEach((name, sum) -> expected.merge(name, sum, Long::sum));
            }

            assertThat(connections.get()).as("connections, seed %d: some must have been cut", seed)
                    .isGreaterThan(3 * SESSIONS);
            expected.forEach((name, sum) -> assertThat(server.value(name)).as("%s, seed %d", name, seed)
                    .isEqualTo(sum));
        }
    }

    /** Sends a session's frames until all are acknowledged, over as many connections as it takes. */
    private Map<String, Long> sendAll(int port, Random random) throws InterruptedException {
        Map<String, Long> sums = new HashMap<>();
        var unacknowledged = new ArrayDeque<Frame.Builder>();
        for (int sequence = 1; sequence <= FRAMES; sequence++) {
            unacknowledged.add(randomFrame(sequence, random, sums));
        }
        String session = UUID.randomUUID().toString();
        while (!unacknowledged.isEmpty()) {
            connections.incrementAndGet();
            ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
            try {
                sendSome(new TestSession(channel, session, random.nextBoolean(), true), unacknowledged);
            } finally {
                channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            }
        }
        return sums;
    }

    private static void sendSome(TestSession stream, ArrayDeque<Frame.Builder> unacknowledged) {
        List.copyOf(unacknowledged).forEach(stream::send);
        while (true) {
            TestSession.Event event = stream.next();
            if (event.message() == null) {
                return;
            }
            if (event.message().hasAck()) {
                FrameAck ack = event.ack();
                Frame.Builder first = unacknowledged.remove();
                assertThat(ack.getSequence()).isEqualTo(first.getSequence());
                assertThat(ack.getRefusedCount()).isZero();
                if (unacknowledged.isEmpty()) {
                    stream.halfClose();
                }
            }
        }
    }

    private static Frame.Builder randomFrame(int sequence, Random random, Map<String, Long> sums) {
        var frame = Frame.newBuilder().setSequence(sequence);
        for (int i = 0; i < COUNTERS; i++) {
            frame.addCounters(TestServer.key("cut-" + i));
        }
        int operations = 1 + random.nextInt(20);
        for (int i = 0; i < operations; i++) {
            int counter = random.nextInt(COUNTERS);
            long delta = 1L + random.nextInt(1000);
            frame.addCounterIndexes(counter).addDeltas(delta);
            sums.merge("cut-" + counter, delta, Long::sum);
        }
        return frame;
    }
}
