package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tallygate.discovery.ConsulAgent;
import io.tallygate.kernel.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels that follow a real Consul while callers use them. */
@Timeout(300)
final class ConsulFollowingTest {

    private static final String TOKEN = "0d9c2b61-54f1-4f0e-8e0b-7f6a1c3e5d22";
    private static final String SERVICE = "counter";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 5;
    /** What a service gives its callers between leaving Consul and refusing calls. */
    private static final Duration CALLERS_LEAVE_WITHIN = Duration.ofMillis(500);

    private final ConsulAgent consul = ConsulAgent.installed();
    private final List<Server> servers = new ArrayList<>();

    @BeforeEach
    void start() {
        consul.launch();
    }

    @AfterEach
    void close() {
        servers.forEach(Server::close);
        consul.close();
    }

    private Server join(int weight) {
        var server = new Server();
        servers.add(server);
        consul.register(SERVICE, server.instance().port(), weight);
        return server;
    }

    private Channels open(Policy policy) throws Exception {
        return open(new Target.Consul(consul.address(), SERVICE), policy);
    }

    private static Channels open(Target target, Policy policy) throws Exception {
        var channels = Channels.open(Server.SERVICE, new ConnectSettings(target, policy, 4,
                Duration.ofSeconds(30), Duration.ofSeconds(10), Optional.empty()),
                new InstanceBreakers(CircuitBreakerConfig.ofDefaults()));
        channels.warmUp().toCompletableFuture().get(60, TimeUnit.SECONDS);
        return channels;
    }

    /** Callers that never pause, and what went wrong for them. */
    private static final class Load implements AutoCloseable {

        private static final int CALLERS = 4;

        final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        final AtomicLong calls = new AtomicLong();
        private final List<Thread> callers = new ArrayList<>();
        private volatile boolean over;

        Load(Channels channels) {
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    while (!over) {
                        try {
                            PortStub.on(channels.next()).withDeadlineAfter(30, TimeUnit.SECONDS).write();
                            calls.incrementAndGet();
                        } catch (RuntimeException e) {
                            failures.add(e);
                        }
                    }
                }));
            }
            more(200);
        }

        void more(long count) {
            long enough = calls.get() + count;
            Await.until(count + " more calls", LIMIT, () -> calls.get() >= enough || !failures.isEmpty());
        }

        @Override
        public void close() {
            over = true;
            callers.forEach(caller -> {
                try {
                    caller.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    @Test
    void join_underLoad_isCalledWithinASecond() throws Exception {
        join(1);
        try (var channels = open(Policy.ROUND_ROBIN); var load = new Load(channels)) {
            assertOnceWithin(SOON, this::untilJoinedIsCalled);
            assertThat(channels.instances()).hasSameSizeAs(servers);
            load.more(200);
            assertThat(load.failures).isEmpty();
        }
    }

    private Duration untilJoinedIsCalled() {
        var joined = join(1);
        return Await.until("the new one is called", LIMIT, () -> joined.calls.get() > 0);
    }

    /** One time of several: another process may have the machine meanwhile, but not each time. */
    private static void assertOnceWithin(Duration bound, Supplier<Duration> attempt) {
        List<Duration> took = new ArrayList<>();
        do {
            took.add(attempt.get());
        } while (took.size() < ATTEMPTS && took.getLast().compareTo(bound) >= 0);
        System.out.println("ConsulFollowingTest: followed after " + took);
        assertThat(took).last().satisfies(last -> assertThat(last).isLessThan(bound));
    }

    @Test
    void leave_graceful_failsNoCall() throws Exception {
        join(1);
        try (var channels = open(Policy.ROUND_ROBIN); var load = new Load(channels)) {
            assertOnceWithin(CALLERS_LEAVE_WITHIN, () -> {
                var leaves = join(1);
                Await.until("it is called", LIMIT, () -> leaves.calls.get() > 0);
                consul.deregister(SERVICE, leaves.instance().port());
                Duration took = Await.until("the list is shorter", LIMIT, () -> channels.instances().size() == 1);
                Await.until("it is not called any more", LIMIT, () -> {
                    int called = leaves.calls.get();
                    load.more(200);
                    return leaves.calls.get() == called;
                });
                leaves.close();
                load.more(200);
                return took;
            });
            assertThat(load.failures).isEmpty();
        }
    }

    @Test
    void weights_fromConsul_shareTheCalls() throws Exception {
        var light = join(1);
        var heavy = join(3);
        try (var channels = open(Policy.WEIGHTED)) {
            try (var load = new Load(channels)) {
                Await.until("both are called", LIMIT, () -> light.calls.get() > 0 && heavy.calls.get() > 0);
                int lightBefore = light.calls.get();
                int heavyBefore = heavy.calls.get();
                load.more(2_000);
                assertThat((double) (heavy.calls.get() - heavyBefore) / (light.calls.get() - lightBefore))
                        .isBetween(2.7, 3.3);
            }
        }
    }

    @Test
    void consul_withAccessControl_isAskedWithTheToken() throws Exception {
        try (var guarded = ConsulAgent.guarded(TOKEN); var server = new Server()) {
            guarded.launch();
            guarded.register(SERVICE, server.instance().port(), 1);
            try (var known = open(new Target.Consul(guarded.address(), SERVICE).withToken(TOKEN),
                    Policy.ROUND_ROBIN);
                    var stranger = ConsulDiscovery.start(new Target.Consul(guarded.address(), SERVICE))) {
                assertThat(known.instances()).containsExactly(server.instance());
                // It is not refused, but sees nothing of what there is.
                Await.until("an answer", LIMIT, () -> !stranger.status().isOk());
                assertThat(stranger.current()).isEmpty();
            }
        }
    }

    @Test
    void consul_killedAndRestarted_callsGoOnAndUpdatesResume() throws Exception {
        var first = join(1);
        try (var channels = open(Policy.ROUND_ROBIN); var load = new Load(channels)) {
            consul.kill();
            load.more(1_000);
            Thread.sleep(500);
            assertThat(channels.instances()).containsExactly(first.instance());

            consul.launch();
            // Long enough for the question that it answers with no instance at all.
            Thread.sleep(2_500);
            load.more(200);
            assertThat(channels.instances()).containsExactly(first.instance());

            consul.register(SERVICE, first.instance().port(), 1);
            assertOnceWithin(SOON, this::untilJoinedIsCalled);
            load.more(200);
            assertThat(channels.instances()).hasSameSizeAs(servers);
            assertThat(load.failures).isEmpty();
        }
    }

    @Test
    void instances_noneServesAndConsulKnowsNone_callsFailAtOnceAndResumeByThemselves() throws Exception {
        var first = join(1);
        var second = join(1);
        try (var channels = open(Policy.ROUND_ROBIN)) {
            first.serving(false);
            second.serving(false);
            Await.until("none serves", LIMIT, () -> !channels.ready());
            assertThat(succeeds(channels)).isFalse();

            consul.deregister(SERVICE, first.instance().port());
            Await.until("the list is shorter", LIMIT, () -> channels.instances().size() == 1);
            consul.deregister(SERVICE, second.instance().port());
            Await.until("Consul knows none", LIMIT, () -> consul.healthy(SERVICE).isEmpty());
            // Twice what the answer to the question that waits at Consul may take.
            Thread.sleep(2 * CALLERS_LEAVE_WITHIN.toMillis());
            assertThat(channels.instances()).containsExactly(second.instance());
            assertThat(succeeds(channels)).isFalse();

            second.serving(true);
            Await.until("it is called again, although Consul knows none", LIMIT,
                    () -> channels.ready() && succeeds(channels));

            second.serving(false);
            first.serving(true);
            consul.register(SERVICE, first.instance().port(), 1);
            int before = first.calls.get();
            Await.until("the one that Consul knows again is called", LIMIT,
                    () -> succeeds(channels) && first.calls.get() > before);
            assertThat(channels.instances()).containsExactly(first.instance());
        }
    }

    /** Whether a call succeeds; else it ended by itself, and not at its deadline. */
    private static boolean succeeds(Channels channels) {
        try {
            PortStub.on(channels.next()).withDeadlineAfter(30, TimeUnit.SECONDS).write();
            return true;
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            return false;
        }
    }
}
