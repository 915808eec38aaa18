package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tallygate.kernel.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ChannelsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration OPEN_FOR = Duration.ofMillis(500);
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final InstanceBreakers breakers = new InstanceBreakers(CircuitBreakerConfig.custom().slidingWindowSize(6)
            .minimumNumberOfCalls(6).waitDurationInOpenState(OPEN_FOR)
            .permittedNumberOfCallsInHalfOpenState(1).build());

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : toClose.reversed()) {
            one.close();
        }
    }

    private Server server() {
        var server = new Server();
        toClose.add(server);
        return server;
    }

    private Channels open(Policy policy, int channels, Instance... instances) {
        var opened = Channels.open(Server.SERVICE,
                new ConnectSettings(new Target.Fixed(List.of(instances)), policy, channels,
                        Duration.ofSeconds(10), Duration.ofSeconds(5), Optional.of("secret")),
                breakers);
        toClose.add(opened);
        return opened;
    }

    private static long call(Channel channel) {
        return PortStub.on(channel).withDeadlineAfter(20, TimeUnit.SECONDS).write();
    }

    private static void warm(Channels channels) throws Exception {
        channels.warmUp().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void warmUp_anyPolicy_connectsEveryChannel(Policy policy) throws Exception {
        var server = server();
        var channels = open(policy, 7, server.instance());
        assertThat(channels.ready()).isFalse();
        warm(channels);
        assertThat(channels.ready()).isTrue();
        assertThat(server.connections).hasValue(7);
    }

    @Test
    void next_whileChannelsComeBackOneByOne_isOneThatIsConnected() throws Exception {
        var server = new Server();
        var channels = open(Policy.ROUND_ROBIN, 12, server.instance());
        warm(channels);
        server.close();
        Await.until("its channels have tried again and wait", LIMIT, () -> !channels.ready());
        var again = new Server(server.instance().port());
        toClose.add(again);
        Await.until("one channel is back", LIMIT, channels::ready);
        while (again.connections.get() < 12) {
            call(channels.next());
            call(channels.byKey(again.calls.get()));
        }
    }

    /** By themselves they would pause for longer and longer: ten attempts take two minutes. */
    @Test
    void reconnect_ofChannelsThatWait_triesAtOnce() throws Exception {
        try (var refusing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var attempts = new AtomicInteger();
            Thread.ofVirtual().start(() -> {
                while (!refusing.isClosed()) {
                    try {
                        refusing.accept().close();
                        attempts.incrementAndGet();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            var channels = open(Policy.ROUND_ROBIN, 1, new Instance("127.0.0.1", refusing.getLocalPort(), 1));
            var _ = channels.warmUp();
            Await.until("ten attempts", LIMIT, () -> {
                channels.reconnect();
                return attempts.get() >= 10;
            });
        }
    }

    @Test
    void warmUp_nobodyListens_failsWithinTheTimeout() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var channels = Channels.open(Server.SERVICE,
                new ConnectSettings(new Target.Fixed(List.of(new Instance("127.0.0.1", port, 1))),
                        Policy.ROUND_ROBIN, 2, Duration.ofSeconds(30), Duration.ofMillis(300), Optional.empty()),
                breakers);
        toClose.add(channels);
        assertThatThrownBy(() -> warm(channels)).isInstanceOf(ExecutionException.class);
        assertThat(channels.ready()).isFalse();
    }

    @Test
    void next_roundRobin_everyInstanceGetsItsShareAndTheToken() throws Exception {
        var a = server();
        var b = server();
        var channels = open(Policy.ROUND_ROBIN, 1, a.instance(), b.instance());
        warm(channels);
        Await.until("both are connected", LIMIT, () -> a.connections.get() + b.connections.get() == 2);
        call(channels.next());
        Await.until("both are used", LIMIT, () -> {
            call(channels.next());
            return a.calls.get() > 0 && b.calls.get() > 0;
        });
        int before = a.calls.get() - b.calls.get();
        for (int i = 0; i < 100; i++) {
            call(channels.next());
        }
        assertThat(a.calls.get() - b.calls.get()).isCloseTo(before, org.assertj.core.data.Offset.offset(2));
        assertThat(a.headers.stream().map(sent -> sent.get(Metadata.Key.of("authorization",
                Metadata.ASCII_STRING_MARSHALLER)))).contains("Bearer secret");
    }

    @Test
    void next_weighted_sharesFollowTheWeights() throws Exception {
        var a = server();
        var b = server();
        var channels = open(Policy.WEIGHTED, 1, a.instance(), new Instance("127.0.0.1", b.instance().port(), 3));
        warm(channels);
        Await.until("both are used", LIMIT, () -> {
            call(channels.next());
            return a.calls.get() > 0 && b.calls.get() > 0;
        });
        int calledA = a.calls.get();
        int calledB = b.calls.get();
        for (int i = 0; i < 400; i++) {
            call(channels.next());
        }
        assertThat(a.calls.get() - calledA).isBetween(95, 105);
        assertThat(b.calls.get() - calledB).isBetween(295, 305);
    }

    /** Under LATENCY a hanging instance is remembered as slow for longer than a test may take. */
    @ParameterizedTest
    @EnumSource(value = Policy.class, names = {"CONSISTENT_HASH", "LATENCY"}, mode = EnumSource.Mode.EXCLUDE)
    void next_oneInstanceHangs_itsBreakerSparesItAndTriesItAgain(Policy policy) throws Exception {
        var quick = server();
        var hanging = server();
        var channels = open(policy, 3, quick.instance(), hanging.instance());
        warm(channels);
        Await.until("both are used", LIMIT, () -> {
            call(channels.next());
            return quick.calls.get() > 0 && hanging.calls.get() > 0;
        });
        hanging.delayMillis = 3_000;
        Await.until("its breaker opens", LIMIT, () -> {
            failsWithin(channels, 100);
            return breakers.of(hanging.instance()).getState() == CircuitBreaker.State.OPEN;
        });
        int calledQuick = quick.calls.get();
        int calledHanging = hanging.calls.get();
        long start = System.nanoTime();
        Await.until("200 calls of the quick one", LIMIT, () -> {
            failsWithin(channels, 100);
            return quick.calls.get() - calledQuick >= 200;
        });
        long pauses = (System.nanoTime() - start) / OPEN_FOR.toNanos();
        assertThat((long) hanging.calls.get() - calledHanging).as("one try after each pause")
                .isLessThanOrEqualTo(1 + pauses);

        hanging.delayMillis = 0;
        int spared = hanging.calls.get();
        Await.until("it is used again", LIMIT, () -> {
            failsWithin(channels, 100);
            return hanging.calls.get() > spared + 5
                    && breakers.of(hanging.instance()).getState() == CircuitBreaker.State.CLOSED;
        });
    }

    @ParameterizedTest
    @EnumSource(value = Policy.class, names = "LATENCY", mode = EnumSource.Mode.EXCLUDE)
    void next_firstCallWithoutAnswer_opensTheBreakerUnlessNoOtherTakesCalls(Policy policy) throws Exception {
        var quick = server();
        var hanging = server();
        var channels = open(policy, 1, quick.instance(), hanging.instance());
        warm(channels);
        hanging.delayMillis = 1_000;
        Await.until("a call fails", LIMIT, () -> failsWithin(channels, 200));
        Await.until("its breaker opens", LIMIT,
                () -> breakers.of(hanging.instance()).getState() == CircuitBreaker.State.OPEN);

        quick.delayMillis = 1_000;
        failsWithin(channels, 200);
        assertThat(breakers.of(quick.instance()).getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void byKey_afterAFailedCall_aDetourLeadsToTheOtherInstanceWhileThereIsOne(Policy policy) throws Exception {
        var a = server();
        var b = server();
        var channels = open(policy, 1, a.instance(), b.instance());
        warm(channels);
        var detour = new Detour();
        Await.until("both are used", LIMIT, () -> useBoth(channels, detour));
        for (int key = 0; key < 20; key++) {
            long first = call(channels.byKey(key), detour);
            detour.failed();
            assertThat(call(channels.byKey(key), detour)).as("key %s", key).isNotEqualTo(first);
            detour.answered();
        }

        var alone = open(policy, 1, a.instance());
        warm(alone);
        assertThat(call(alone.byKey(1), detour)).isEqualTo(a.instance().port());
        detour.failed();
        assertThat(call(alone.byKey(1), detour)).isEqualTo(a.instance().port());
    }

    /** Whether a repeated call came to another instance than the first. */
    private static boolean useBoth(Channels channels, Detour detour) {
        long first = call(channels.byKey(1), detour);
        detour.failed();
        long second = call(channels.byKey(1), detour);
        detour.answered();
        return first != second;
    }

    private static long call(Channel channel, Detour detour) {
        return detour.on(PortStub.on(channel)).withDeadlineAfter(5, TimeUnit.SECONDS).write();
    }

    @Test
    void byKey_consistentHashAndOneBreakerOpen_itsKeysHaveAnotherInstanceEach() throws Exception {
        var servers = Stream.generate(this::server).limit(3).toList();
        var channels = open(Policy.CONSISTENT_HASH, 1,
                servers.stream().map(Server::instance).toArray(Instance[]::new));
        warm(channels);
        List<Long> before = new ArrayList<>();
        for (int key = 0; key < 50; key++) {
            before.add(call(channels.byKey(key)));
        }
        long open = servers.getFirst().instance().port();
        breakers.of(servers.getFirst().instance()).transitionToForcedOpenState();
        for (int key = 0; key < 50; key++) {
            long now = call(channels.byKey(key));
            assertThat(now).as("key %s", key).isNotEqualTo(open).isEqualTo(call(channels.byKey(key)));
            assertThat(before.get(key)).as("key %s, before", key).isIn(open, now);
        }
    }

    @Test
    void next_weightedAndTheHeavyBreakerOpen_goesToTheOther() throws Exception {
        var light = server();
        var heavy = server();
        var channels = open(Policy.WEIGHTED, 1, light.instance(),
                new Instance("127.0.0.1", heavy.instance().port(), 1_000));
        warm(channels);
        Await.until("both are used", LIMIT, () -> {
            call(channels.next());
            return light.calls.get() > 0 && heavy.calls.get() > 0;
        });
        breakers.of(heavy.instance()).transitionToForcedOpenState();
        for (int i = 0; i < 10; i++) {
            assertThat(call(channels.next())).isEqualTo(light.instance().port());
        }
    }

    @Test
    void next_latency_goesAroundTheSlowOneThoughItFailsNoCall() throws Exception {
        var fast = server();
        var slow = server();
        var channels = open(Policy.LATENCY, 2, fast.instance(), slow.instance());
        warm(channels);
        Await.until("both are used", LIMIT, () -> useBoth(channels, new Detour()));
        slow.delayMillis = 300;
        int calledFast = fast.calls.get();
        int calledSlow = slow.calls.get();
        for (int i = 0; i < 200; i++) {
            call(channels.next());
        }
        assertThat(fast.calls.get() - calledFast + slow.calls.get() - calledSlow).isEqualTo(200);
        assertThat(slow.calls.get() - calledSlow).as("calls to the slow one").isLessThan(20);
        assertThat(breakers.of(slow.instance()).getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    private static boolean failsWithin(Channels channels, long millis) {
        try {
            PortStub.on(channels.next()).withDeadlineAfter(millis, TimeUnit.MILLISECONDS).write();
            return false;
        } catch (StatusRuntimeException e) {
            return true;
        }
    }

    @Test
    void next_everyInstanceHangs_endsAtOnceWithoutACall() throws Exception {
        var only = server();
        var channels = open(Policy.ROUND_ROBIN, 1, only.instance());
        warm(channels);
        breakers.of(only.instance()).transitionToForcedOpenState();
        assertThatThrownBy(() -> call(channels.next())).isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("UNAVAILABLE").hasMessageContaining("circuit breakers");
        assertThatThrownBy(() -> call(channels.to(only.instance()))).isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("circuit breaker is FORCED_OPEN");
        assertThat(only.calls).hasValue(0);
    }

    @Test
    void next_leastRequest_avoidsTheSlowOne() throws Exception {
        var fast = server();
        var slow = server();
        var channels = open(Policy.LEAST_REQUEST, 1, fast.instance(), slow.instance());
        warm(channels);
        Await.until("both are used", LIMIT, () -> {
            call(channels.next());
            return fast.calls.get() > 0 && slow.calls.get() > 0;
        });
        slow.delayMillis = 100;
        int calledFast = fast.calls.get();
        int calledSlow = slow.calls.get();
        try (var callers = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 400; i++) {
                callers.execute(() -> call(channels.next()));
            }
        }
        int toFast = fast.calls.get() - calledFast;
        int toSlow = slow.calls.get() - calledSlow;
        assertThat(toFast + toSlow).isEqualTo(400);
        // Two draws with replacement: a quarter of them sees the slow one alone.
        assertThat(toFast).isGreaterThan(2 * toSlow);
    }

    @Test
    void byKey_consistentHash_sameKeySameInstanceAndNextNeedsNoKey() throws Exception {
        var servers = Stream.generate(this::server).limit(4).toList();
        var channels = open(Policy.CONSISTENT_HASH, 3, servers.stream().map(Server::instance).toArray(Instance[]::new));
        warm(channels);
        List<Long> first = new ArrayList<>();
        for (int key = 0; key < 300; key++) {
            first.add(call(channels.byKey(key)));
            assertThat(call(channels.byKey(key))).as("key %s", key).isEqualTo(first.get(key));
        }
        assertThat(new HashSet<>(first)).hasSize(4);

        var fewer = open(Policy.CONSISTENT_HASH, 3,
                servers.stream().limit(3).map(Server::instance).toArray(Instance[]::new));
        long left = servers.get(3).instance().port();
        for (int key = 0; key < 300; key++) {
            long now = call(fewer.byKey(key));
            if (first.get(key) != left) {
                assertThat(now).as("key %s", key).isEqualTo(first.get(key));
            }
        }
        Set<Long> random = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            random.add(call(channels.next()));
        }
        assertThat(random).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void next_oneInstanceSaysItDoesNotServe_getsNoCalls(Policy policy) throws Exception {
        var a = server();
        var b = server();
        b.serving(false);
        var channels = open(policy, 2, a.instance(), b.instance());
        warm(channels);
        for (int i = 0; i < 50; i++) {
            call(channels.byKey(i));
        }
        assertThat(b.calls).hasValue(0);
        b.serving(true);
        a.serving(false);
        Await.until("the other one takes over", LIMIT, () -> {
            try {
                return call(channels.next()) == b.instance().port();
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                return false;
            }
        });
    }

    @Test
    void to_instanceThatSaysItDoesNotServe_isReached() {
        var server = server();
        server.serving(false);
        var channels = open(Policy.ROUND_ROBIN, 1, server.instance());
        assertThat(call(channels.to(server.instance()))).isEqualTo(server.instance().port());
    }

    @Test
    void calls_unavailable_readsAreRetriedAndWritesAreNot() throws Exception {
        var server = server();
        var channels = open(Policy.ROUND_ROBIN, 1, server.instance());
        warm(channels);
        server.failuresToCome.set(2);
        PortStub.on(channels.next()).withDeadlineAfter(20, TimeUnit.SECONDS).read();
        assertThat(server.calls).hasValue(3);
        server.failuresToCome.set(1);
        assertThatThrownBy(() -> call(channels.next())).hasMessageContaining("UNAVAILABLE");
        assertThat(server.calls).hasValue(4);
    }

    @Test
    void to_instance_reachesThatOneAlone() {
        var a = server();
        var b = server();
        var channels = open(Policy.ROUND_ROBIN, 1, a.instance(), b.instance());
        assertThat(channels.instances()).containsExactly(a.instance(), b.instance());
        for (int i = 0; i < 5; i++) {
            assertThat(call(channels.to(b.instance()))).isEqualTo(b.instance().port());
        }
        assertThat(channels.to(b.instance())).isSameAs(channels.to(b.instance()));
        assertThatThrownBy(() -> channels.to(new Instance("127.0.0.1", 1, 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("127.0.0.1:1");
        channels.close();
        assertThatThrownBy(() -> channels.to(b.instance())).isInstanceOf(IllegalStateException.class);
    }
}
