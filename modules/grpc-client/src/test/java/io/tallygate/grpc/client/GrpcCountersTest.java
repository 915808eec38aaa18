package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Window;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.ConnectSettings;
import io.tallygate.grpc.connect.Instance;
import io.tallygate.grpc.connect.InstanceBreakers;
import io.tallygate.grpc.connect.Policy;
import io.tallygate.grpc.connect.Target;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.CommitTimeoutException;
import io.tallygate.kernel.EventLoops;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class GrpcCountersTest {

    private static final RowKey A = CounterKey.of("a", "likes");
    private static final RowKey B = CounterKey.of("b", "likes");
    private static final Duration BREAKER_OPEN_FOR = Duration.ofSeconds(10);

    private final OracleStore.Data data = new OracleStore.Data();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final InstanceBreakers breakers = new InstanceBreakers(CircuitBreakerConfig.custom().slidingWindowSize(4)
            .minimumNumberOfCalls(4).waitDurationInOpenState(BREAKER_OPEN_FOR)
            .permittedNumberOfCallsInHalfOpenState(1).build());
    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private Service service(int port) {
        var service = new Service(directory.resolve("service-" + opened.size()), port, new OracleStore(data));
        opened.add(service);
        return service;
    }

    private GrpcCounters countersOf(Duration timeout, Integer... ports) {
        return countersOf(timeout, Duration.ofSeconds(10), ports);
    }

    private GrpcCounters countersOf(Duration timeout, Duration callTimeout, Integer... ports) {
        var target = new Target.Fixed(Arrays.stream(ports).map(port -> new Instance("127.0.0.1", port, 1)).toList());
        Channels channels = Channels.open(GrpcClientFactory.REMOTE, new ConnectSettings(
                target, Policy.ROUND_ROBIN, 2, Duration.ofSeconds(30), Duration.ofSeconds(5), Optional.empty()),
                breakers);
        opened.add(channels);
        var commit = new CommitSettings(65_536, 8_192, timeout, Duration.ofMillis(20), 100);
        var counters = new GrpcCounters(channels, EventLoops.NONE,
                new ClientSettings(2, callTimeout, Duration.ofSeconds(10)),
                commit, CommitMetrics.NONE,
                InstantSource.system(), System::nanoTime);
        opened.add(counters);
        return counters;
    }

    private static Posting write(@Nullable String key, RowKey counter, long... deltas) {
        return new Posting(key == null ? null : new IdempotencyKey(key, "print"),
                LongStream.of(deltas).mapToObj(delta -> Increment.of(counter, delta)).toList());
    }

    private static <T> T now(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static PostingResult committed(long... values) {
        return new PostingResult.Committed(Outcomes.applied(values));
    }

    @Test
    void everyQuestion_acrossTheHop_isAnsweredAsByAProcessWithTheStore() {
        var counters = countersOf(Duration.ofSeconds(20), service(0).port());

        assertThat(now(counters.write(write(null, A, 5, -2)))).isEqualTo(committed(5, 3));
        assertThat(now(counters.write(write(null, A, 7, -7)))).as("a sum of nothing").isEqualTo(committed(10, 3));
        assertThat(now(counters.write(write("k", B, 4)))).isEqualTo(committed(4));
        assertThat(now(counters.write(write("k", B, 4))))
                .isEqualTo(new PostingResult.Committed(Outcomes.applied(4), true));
        assertThat(now(counters.write(new Posting(new IdempotencyKey("k", "other"), List.of(Increment.of(B, 1))))))
                .isEqualTo(new PostingResult.KeyReused());
        assertThat(now(counters.get(A, Consistency.CACHED)).value()).isEqualTo(3);
        assertThat(now(counters.getAll(List.of(B, A, B), Consistency.STRONG))).extracting(Reading::value)
                .containsExactly(4L, 3L, 4L);
        assertThat(now(counters.top("likes", Window.ALL, 10)).entries()).containsExactly(
                new Leaderboard.Entry(1, "b", 4, 0), new Leaderboard.Entry(2, "a", 3, 0));
        assertThat(now(counters.top("likes", Window.HOUR, 1)).entries())
                .containsExactly(new Leaderboard.Entry(1, "b", 4, 0));
        now(counters.reset(A));
        assertThat(now(counters.get(A, Consistency.STRONG)).value()).isZero();
    }

    @Test
    void write_atTheEndOfTheRange_refusesExactlyWhatDoesNotFit() {
        var counters = countersOf(Duration.ofSeconds(20), service(0).port());
        long max = Increment.DELTA_MAX;
        int toTheEnd = (int) (Long.MAX_VALUE / max);
        for (int left = toTheEnd; left > 0; left -= 1000) {
            now(counters.write(write(null, A, LongStream.generate(() -> max).limit(Math.min(left, 1000)).toArray())));
        }
        // The counter stands at 1,023 times 2^53, a little less than one more from the end.
        assertThat(now(counters.write(write(null, A, max, -1, max, max))))
                .isEqualTo(new PostingResult.Committed(Outcomes.of(
                        new long[]{max * toTheEnd, max * toTheEnd - 1, max * toTheEnd - 1 + max,
                                max * toTheEnd - 1 + max},
                        new boolean[]{true, false, false, true})));
    }

    @Test
    void accept_thenClose_isSent() throws Exception {
        var service = service(0);
        var counters = countersOf(Duration.ofSeconds(20), service.port());
        for (int i = 0; i < 50; i++) {
            counters.accept(write(null, A, 1));
        }
        counters.close();
        assertThat(new OracleStore(data).read(List.of(A))).containsExactly(50);
        assertThatThrownBy(() -> now(counters.write(write(null, A, 1)))).isInstanceOf(ShuttingDownException.class);
    }

    @Test
    void top_ofAWindow_addsUpWhatEachInstanceCommitted() {
        var one = service(0);
        var other = service(0);
        var counters = countersOf(Duration.ofSeconds(20), one.port(), other.port());
        var ofOne = countersOf(Duration.ofSeconds(20), one.port());
        var ofOther = countersOf(Duration.ofSeconds(20), other.port());
        Await.until("both have a share", () -> {
            now(counters.write(write(null, A, 1)));
            return Stream.of(ofOne, ofOther)
                    .noneMatch(each -> now(each.top("likes", Window.MINUTE, 1)).entries().isEmpty());
        });
        now(counters.write(write(null, B, 1)));
        assertThat(now(counters.top("likes", Window.MINUTE, 10)).entries()).containsExactly(
                new Leaderboard.Entry(1, "a", now(counters.get(A, Consistency.STRONG)).value(), 0),
                new Leaderboard.Entry(2, "b", 1, 0));
    }

    @Test
    void write_serviceRestartsAgainAndAgain_isExactAndFailsNobody() throws Exception {
        var service = service(0);
        int port = service.port();
        var counters = countersOf(Duration.ofSeconds(60), port);
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<Future<Long>> values = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 800; i++) {
                values.add(threads.submit(() -> {
                    Thread.sleep(random.nextInt(10));
                    return ((PostingResult.Committed) now(counters.write(write(null, A, 1)))).outcomes().value(0);
                }));
            }
            for (int round = 0; round < 3; round++) {
                Thread.sleep(100);
                service.close();
                service = service(port);
            }
        }
        assertThat(values.stream().map(Future::resultNow)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(
                IntStream.rangeClosed(1, 800).mapToObj(Long::valueOf).toList());
    }

    @Test
    void top_instanceThatCannotBeAsked_leavesRoomForTheNextQuestion() throws Exception {
        var counters = countersOf(Duration.ofSeconds(5), service(0).port());
        opened.get(1).close();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> now(counters.top("likes", Window.HOUR, 1)))
                    .isNotInstanceOf(OverloadedException.class);
        }
    }

    @Test
    void write_serviceGoneAndBack_failsInTimeAndThenSucceeds() throws Exception {
        var service = service(0);
        int port = service.port();
        var counters = countersOf(Duration.ofSeconds(2), port);
        now(counters.write(write(null, A, 1)));
        service.close();
        assertThatThrownBy(() -> now(counters.write(write("again", A, 1)))).isInstanceOf(CommitTimeoutException.class);
        assertThatThrownBy(() -> now(counters.top("likes", Window.ALL, 1))).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> now(counters.top("likes", Window.DAY, 1))).isInstanceOf(UnavailableException.class);

        service(port);
        assertThat(now(countersOf(Duration.ofSeconds(30), port).write(write("again", A, 1))))
                .extracting(result -> ((PostingResult.Committed) result).outcomes()).isEqualTo(Outcomes.applied(2));
    }

    @Test
    void write_oneInstanceHangs_isSoonSpared() throws Exception {
        var gate = new CountDownLatch(1);
        var hanging = new Service(directory.resolve("hanging"), 0, new DelegatingStore(new OracleStore(data)) {
            @Override
            public FlushResult apply(Flush flush) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return super.apply(flush);
            }
        });
        opened.add(hanging);
        var counters = countersOf(Duration.ofSeconds(60), Duration.ofSeconds(1), service(0).port(), hanging.port());
        try {
            // Each lane meets the hanging one with every other call, until the breaker has seen enough.
            for (int i = 0; i < 10; i++) {
                now(counters.write(write(null, A, 1)));
            }
            int calledBefore = hanging.depth();
            long start = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                now(counters.write(write(null, A, 1)));
            }
            long pauses = (System.nanoTime() - start) / BREAKER_OPEN_FOR.toNanos();
            assertThat((long) hanging.depth() - calledBefore).as("calls that hang, one after each pause")
                    .isLessThanOrEqualTo(1 + pauses);
        } finally {
            gate.countDown();
        }
        assertThat(now(counters.write(write(null, A, 1)))).isEqualTo(committed(211));
    }
}
