package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.tallygate.kernel.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HeartbeatsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofMillis(200);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final InstanceBreakers breakers = new InstanceBreakers(CircuitBreakerConfig.custom()
            .waitDurationInOpenState(Duration.ofMillis(1)).permittedNumberOfCallsInHalfOpenState(1).build());

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    /** Lets connect and never answers, as the kernel does for a process that stands still. */
    private Instance silent() throws IOException {
        return new Instance("127.0.0.1", opened(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()))
                .getLocalPort(), 1);
    }

    private static Instance absent() throws IOException {
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Instance("127.0.0.1", closed.getLocalPort(), 1);
        }
    }

    private Channels channels(Instance... instances) {
        return opened(Channels.open(Server.SERVICE,
                new ConnectSettings(new Target.Fixed(List.of(instances)), Policy.ROUND_ROBIN, 1,
                        Duration.ofSeconds(10), Duration.ofSeconds(5), Optional.empty()),
                breakers));
    }

    @Test
    void check_anyInstance_saysWhetherItAnswers() throws Exception {
        Instance serving = opened(new Server()).instance();
        Instance silent = silent();
        Instance absent = absent();
        var channels = channels(serving, silent, absent);
        assertThat(channels.check(serving, LIMIT)).succeedsWithin(LIMIT).isEqualTo(Beat.of(Pulse.ANSWERED));
        assertThat(channels.check(silent, TIMEOUT)).succeedsWithin(LIMIT).isEqualTo(Beat.of(Pulse.SILENT));
        assertThat(channels.check(absent, LIMIT)).succeedsWithin(LIMIT).isEqualTo(Beat.of(Pulse.UNREACHABLE));
    }

    @Test
    void notes_ofInstances_areToldOnceEachUntilTheyEnd() {
        var first = opened(new Server());
        var second = opened(new Server());
        first.notes = List.of("Käfer: away", "a is stopped");
        second.notes = List.of("a is stopped", "b is stopped");
        var heartbeats = opened(
                Heartbeats.start(channels(first.instance(), second.instance()), breakers, Duration.ofSeconds(1)));
        Await.until("each is told", LIMIT,
                () -> heartbeats.notes().equals(List.of("Käfer: away", "a is stopped", "b is stopped")));

        first.notes = List.of();
        Await.until("what is over is told no more", LIMIT,
                () -> heartbeats.notes().equals(List.of("a is stopped", "b is stopped")));
        second.close();
        Await.until("who does not answer says nothing", LIMIT, () -> heartbeats.notes().isEmpty());
    }

    @Test
    void beats_oneInstanceIsSilent_isKnownWithoutACallAndNotTriedBeforeItAnswers() throws Exception {
        var server = opened(new Server());
        Instance silent = silent();
        var heartbeats = opened(Heartbeats.start(channels(server.instance(), silent), breakers, TIMEOUT));
        InstanceGuard guard = breakers.guard(silent);
        Await.until("its breaker opens", LIMIT, () -> guard.breaker().getState() == CircuitBreaker.State.OPEN);
        for (int i = 0; i < 20; i++) {
            assertThat(guard.tryAcquire()).as("a try, though the breaker's pause is over").isFalse();
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        assertThat(heartbeats.anyAnswers()).isTrue();
        assertThat(breakers.guard(server.instance()).takesCalls()).isTrue();

        server.close();
        Await.until("none answers", LIMIT, () -> !heartbeats.anyAnswers());
        guard.beat(Pulse.ANSWERED);
        Await.until("it is tried", LIMIT, guard::tryAcquire);
    }

    @Test
    void beats_onlyInstanceIsSilent_noneAnswersAndItsBreakerStaysClosed() throws Exception {
        Instance silent = silent();
        var heartbeats = opened(Heartbeats.start(channels(silent), breakers, TIMEOUT));
        assertThat(heartbeats.anyAnswers()).as("before the first beat").isTrue();
        Await.until("none answers", LIMIT, () -> !heartbeats.anyAnswers());
        assertThat(breakers.of(silent).getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(breakers.guard(silent).tryAcquire()).isTrue();
    }
}
