package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.CuttingProxy;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.RowKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session with a real server over real connections, some of which are cut. */
@Timeout(300)
final class IncrementSessionTest {

    private static final int WRITERS = 4;
    private static final int BATCHES = 150;
    private static final int COUNTERS = 12;
    private static final int CUT_AFTER_BYTES_MAX = 6_000;

    private final OracleStore.Data data = new OracleStore.Data();
    private final OracleStore store = new OracleStore(data);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicInteger streams = new AtomicInteger();
    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private Service service(int port, LedgerStore on) {
        var service = new Service(directory.resolve("service-" + opened.size()), port, on);
        opened.add(service);
        return service;
    }

    private ManagedChannel channel(int port) {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext()
                .intercept(new ClientInterceptor() {
                    @Override
                    public <Q, A> ClientCall<Q, A> interceptCall(
                            MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                        streams.incrementAndGet();
                        return next.newCall(method, options);
                    }
                }).build();
        opened.add(channel::shutdownNow);
        return channel;
    }

    private IncrementSession session(int port, SessionSettings settings) {
        IncrementSession session = IncrementSession.open(channel(port), settings);
        opened.add(session);
        return session;
    }

    private static SessionSettings settings(Duration acknowledgeAfter, Duration closeTimeout) {
        return new SessionSettings(false, 65_536, acknowledgeAfter, closeTimeout);
    }

    private static RowKey key(String name) {
        return CounterKey.of(name, "likes");
    }

    private static Change.Add add(String name, long delta) {
        return Increment.of(key(name), delta);
    }

    private long value(String name) {
        return store.read(List.of(key(name)))[0];
    }

    private static BatchOutcome outcome(CompletionStage<BatchOutcome> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void submit_valuesWanted_tellsEachIncrementsValueAndWhichWereRefused() throws Exception {
        var session = session(service(0, store).port(), SessionSettings.defaults().withValues());

        CompletionStage<BatchOutcome> first = session.submit(List.of(add("a", 1), add("b", 5), add("a", 2)));
        var full = Collections.nCopies(1_024, add("full", -(1L << 53)));
        CompletionStage<BatchOutcome> second = session.submit(full);
        CompletionStage<BatchOutcome> third = session.submit(List.of(add("a", 1), add("full", -1), add("b", 1)));

        assertThat(outcome(first)).isEqualTo(new BatchOutcome.Stored(List.of(1L, 5L, 3L), List.of()));
        assertThat(outcome(second)).isInstanceOfSatisfying(BatchOutcome.Stored.class,
                stored -> assertThat(stored.values().getLast()).isEqualTo(Long.MIN_VALUE));
        assertThat(outcome(third)).isEqualTo(new BatchOutcome.Stored(List.of(4L, 0L, 6L), List.of(1)));
    }

    @Test
    void submit_nameOfAnotherSession_isStoredUnderANewOne() throws Exception {
        String shared = "shared-session-name";
        var first = IncrementSession.open(channel(service(0, store).port()), SessionSettings.defaults().withValues(),
                shared, System::nanoTime);
        opened.add(first);
        assertThat(outcome(first.submit(List.of(add("a", 5))))).isEqualTo(
                new BatchOutcome.Stored(List.of(5L), List.of()));
        var second = IncrementSession.open(channel(service(0, store).port()), SessionSettings.defaults().withValues(),
                shared, System::nanoTime);
        opened.add(second);

        assertThat(outcome(second.submit(List.of(add("b", 70))))).isEqualTo(
                new BatchOutcome.Stored(List.of(70L), List.of()));
        assertThat(outcome(second.submit(List.of(add("b", 1))))).isEqualTo(
                new BatchOutcome.Stored(List.of(71L), List.of()));
        assertThat(value("a")).isEqualTo(5);
        assertThat(value("b")).isEqualTo(71);
    }

    @Test
    void submit_nameOfASessionThatIsAhead_isNotAcknowledged() throws Exception {
        String shared = "shared-session-name";
        int port = service(0, store).port();
        var first = IncrementSession.open(channel(port), SessionSettings.defaults(), shared, System::nanoTime);
        opened.add(first);
        outcome(first.submit(List.of(add("a", 5))));
        outcome(first.submit(List.of(add("a", 5))));
        var second = IncrementSession.open(channel(service(0, store).port()), SessionSettings.defaults(), shared,
                System::nanoTime);
        opened.add(second);

        assertThatThrownBy(() -> outcome(second.submit(List.of(add("b", 70)))))
                .hasRootCauseInstanceOf(UnacknowledgedException.class).rootCause()
                .hasMessageContaining("another client uses the session's name");
        assertThat(value("a")).isEqualTo(10);
        assertThat(value("b")).isZero();
    }

    @Test
    void submit_valuesNotWanted_tellsOnlyWhatWasRefused() throws Exception {
        var session = session(service(0, store).port(), SessionSettings.defaults());
        session.submit(Collections.nCopies(1_024, add("full", -(1L << 53))));

        assertThat(outcome(session.submit(List.of(add("a", 1), add("full", -1)))))
                .isEqualTo(new BatchOutcome.Stored(List.of(), List.of(1)));
        assertThat(value("a")).isEqualTo(1);
    }

    @Test
    void submit_noneOrTooMany_isRefused() {
        var session = session(service(0, store).port(), SessionSettings.defaults());
        for (int size : new int[]{0, IncrementSession.BATCH_MAX + 1}) {
            assertThatThrownBy(() -> session.submit(Collections.nCopies(size, add("a", 1))))
                    .isInstanceOf(InvalidInputException.class).hasMessageContaining("increments must have 1 to 7500");
        }
    }

    @Test
    void submit_theLargestBatchOfTheLongestNames_fitsInOneMessage() throws Exception {
        var session = session(service(0, store).port(), SessionSettings.defaults().withValues());
        var batch = new ArrayList<Change.Add>();
        for (int i = 0; i < IncrementSession.BATCH_MAX; i++) {
            String name = "x".repeat(250) + String.format("%06d", i);
            batch.add(Increment.of(CounterKey.of(name, name), 1L << 53));
        }
        assertThat(outcome(session.submit(batch))).isInstanceOfSatisfying(BatchOutcome.Stored.class,
                stored -> assertThat(stored.values()).hasSize(batch.size()).containsOnly(1L << 53));
    }

    @Test
    void submit_connectionsCutAtRandomPlaces_countsEveryIncrementOnce() throws Exception {
        long seed = Long.getLong("tallygate.seed", System.nanoTime());
        System.out.println("IncrementSessionTest: seed " + seed);
        var service = service(0, store);
        var proxy = new CuttingProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()), seed);
        opened.add(proxy);
        proxy.cutting(CUT_AFTER_BYTES_MAX);
        var session = session(proxy.port(), SessionSettings.defaults());

        Map<String, Long> expected = new HashMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = new ArrayList<Future<Map<String, Long>>>();
            for (int i = 0; i < WRITERS; i++) {
                var random = new Random(seed + i);
                writers.add(threads.submit(() -> write(session, random)));
            }
            for (Future<Map<String, Long>> writer : writers) {
                writer.get(280, TimeUnit.SECONDS).forEach((name, sum) -> expected.merge(name, sum, Long::sum));
            }
        }

        assertThat(streams.get()).as("streams, seed %d: some must have been cut", seed).isGreaterThan(5);
        expected.forEach(
                (name, sum) -> assertThat(value(name)).as("%s, seed %d", name, seed).isEqualTo(sum.longValue()));
    }

    /** Returns what was acknowledged, which is all. */
    private static Map<String, Long> write(IncrementSession session, Random random) throws Exception {
        Map<String, Long> sums = new HashMap<>();
        var stages = new ArrayList<CompletionStage<BatchOutcome>>();
        for (int i = 0; i < BATCHES; i++) {
            var batch = new ArrayList<Change.Add>();
            for (int j = 1 + random.nextInt(20); j > 0; j--) {
                Change.Add increment = add("cut-" + random.nextInt(COUNTERS), 1 + random.nextInt(1_000));
                batch.add(increment);
                sums.merge(increment.row().id(), increment.delta(), Long::sum);
            }
            stages.add(session.submit(batch));
            if (random.nextInt(4) == 0) {
                // So that there are many small frames, and not a few large ones.
                outcome(stages.getLast());
            }
        }
        for (CompletionStage<BatchOutcome> stage : stages) {
            outcome(stage);
        }
        return sums;
    }

    @Test
    void submit_serverIsAwayAndComesBack_countsEverythingOnce() throws Exception {
        var first = service(0, store);
        int port = first.port();
        var session = session(port, SessionSettings.defaults());
        var stages = new ArrayList<CompletionStage<BatchOutcome>>();
        for (int i = 0; i < 300; i++) {
            stages.add(session.submit(List.of(add("away", 1), add("away", 2))));
            if (i == 100) {
                outcome(stages.getFirst());
                first.close();
            }
        }
        service(port, new OracleStore(data));
        for (CompletionStage<BatchOutcome> stage : stages) {
            outcome(stage);
        }
        assertThat(value("away")).isEqualTo(900);
    }

    /** A connection that says nothing may be dead without a sign. */
    @Test
    void submit_serverIsSilent_opensAnotherConnectionAndCountsOnce() throws Exception {
        var gate = new CountDownLatch(1);
        var service = service(0, new DelegatingStore(store) {
            @Override
            public FlushResult apply(Flush flush) {
                FlushResult result = super.apply(flush);
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return result;
            }
        });
        var session = session(service.port(), settings(Duration.ofMillis(200), Duration.ofSeconds(30)));
        CompletionStage<BatchOutcome> stage = session.submit(List.of(add("silent", 1)));
        Await.until("another connection", () -> streams.get() >= 2);
        gate.countDown();
        outcome(stage);
        assertThat(value("silent")).isEqualTo(1);
    }

    @Test
    void trySubmit_tooManyPending_isEmptyAndASubmitWaits() throws Exception {
        int port;
        try (var gone = service(0, store)) {
            port = gone.port();
        }
        opened.clear();
        var session = session(port, new SessionSettings(false, IncrementSession.BATCH_MAX, Duration.ofSeconds(10),
                Duration.ofSeconds(30)));
        var most = Collections.nCopies(IncrementSession.BATCH_MAX, add("bounded", 1));

        CompletionStage<BatchOutcome> first = session.trySubmit(most).orElseThrow();
        assertThat(session.trySubmit(List.of(add("bounded", 1)))).isEmpty();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<CompletionStage<BatchOutcome>> second = threads.submit(() -> session.submit(most));
            Thread.sleep(100);
            assertThat(second.isDone()).as("it waits").isFalse();
            service(port, store);
            outcome(first);
            outcome(second.get(30, TimeUnit.SECONDS));
        }
        assertThat(value("bounded")).isEqualTo(2 * IncrementSession.BATCH_MAX);
    }

    @Test
    void close_pending_waitsUntilItIsStoredAndEveryStageCompleted() throws Exception {
        var session = session(service(0, store).port(), SessionSettings.defaults());
        var stages = new ArrayList<CompletableFuture<BatchOutcome>>();
        for (int i = 0; i < 20_000; i++) {
            stages.add(session.submit(List.of(add("drained", 1))).toCompletableFuture());
        }
        session.close();
        assertThat(stages).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(value("drained")).isEqualTo(20_000);
        assertThatThrownBy(() -> session.submit(List.of(add("drained", 1)))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_nobodyAnswers_failsWhatIsPendingAtItsDeadline() throws Exception {
        int port;
        try (var gone = service(0, store)) {
            port = gone.port();
        }
        opened.clear();
        var session = session(port, settings(Duration.ofSeconds(10), Duration.ofMillis(300)));
        CompletionStage<BatchOutcome> stage = session.submit(List.of(add("lost", 1)));
        long start = System.nanoTime();
        session.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
        assertThatThrownBy(() -> stage.toCompletableFuture().join()).isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(UnacknowledgedException.class);
    }

    @Test
    void submit_anotherHasTakenTheSession_failsAndSaysWhy() throws Exception {
        int port = service(0, store).port();
        String id = "one-session-of-two-clients";
        var first = IncrementSession.open(channel(port), SessionSettings.defaults(), id, System::nanoTime);
        opened.add(first);
        outcome(first.submit(List.of(add("taken", 1))));
        var second = IncrementSession.open(channel(port), SessionSettings.defaults(), id, System::nanoTime);
        opened.add(second);

        assertThatThrownBy(() -> {
            while (true) {
                outcome(first.submit(List.of(add("taken", 1))));
            }
        }).isInstanceOf(ExecutionException.class).cause().isInstanceOf(UnacknowledgedException.class)
                .hasMessageContaining("taken up by another stream");
    }

    @Test
    void settings_boundsThatCannotWork_areRefused() {
        assertThatThrownBy(() -> new SessionSettings(false, 10, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("pendingMax");
        assertThatThrownBy(() -> settings(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("acknowledgeAfter");
    }
}
