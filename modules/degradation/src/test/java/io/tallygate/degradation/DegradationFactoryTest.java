package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.Dependency;
import io.tallygate.kernel.EdgeReadiness;
import io.tallygate.kernel.Pressure;
import io.tallygate.kernel.WrongSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What is probed, by settings and by what is there; with real addresses. */
final class DegradationFactoryTest {

    private static final String SHOP = "tallygate.degradation.probes.shop.";

    private final AtomicInteger status = new AtomicInteger(200);

    private HttpServer server() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static Map<String, Object> fast(HttpServer server) {
        var settings = new HashMap<String, Object>();
        settings.put(SHOP + "url", "http://127.0.0.1:" + server.getAddress().getPort() + "/health");
        settings.put("tallygate.degradation.probe-interval", "100ms");
        settings.put("tallygate.degradation.dwell", "1s");
        settings.put("tallygate.degradation.step", "100ms");
        return settings;
    }

    private static ApplicationContext start(Map<String, Object> settings, Feature... features) {
        ApplicationContext context = ApplicationContext.builder().properties(settings).deduceEnvironment(false).build();
        for (Feature feature : features) {
            context.registerSingleton(Feature.class, feature,
                    Qualifiers.byName(feature.name()));
        }
        return context.start();
    }

    @Test
    void probe_ofAnAddress_degradesWhatSettingsSayAndLetsItRecover() throws IOException {
        HttpServer server = server();
        Map<String, Object> settings = fast(server);
        settings.put(SHOP + "critical", "true");
        settings.put(SHOP + "features", "recommendations");
        try (ApplicationContext context = start(settings, new Feature("recommendations"), new Feature("others"))) {
            var levels = context.getBean(Degradation.class);
            assertThat(levels.level("recommendations")).isEqualTo(Level.NORMAL);
            status.set(503);
            Await.until("it is minimal", () -> levels.level("recommendations") == Level.MINIMAL);
            assertThat(levels.level("others")).isEqualTo(Level.NORMAL);
            assertThat(context.getBean(Pressure.class).isCriticalBad()).isTrue();
            assertThat(context.getBean(DegradationAdmin.class).status().probes().getFirst().failure())
                    .isEqualTo("it answers 503");
            status.set(302);
            Await.until("it is well again", () -> levels.level("recommendations") == Level.NORMAL);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void probe_ofAnAddressThatNobodyListensAt_isBadAndHoldsUpNoOther() throws IOException {
        HttpServer server = server();
        Map<String, Object> settings = fast(server);
        server.stop(0);
        var away = new AtomicBoolean(true);
        try (ApplicationContext context = ApplicationContext.builder().properties(settings).deduceEnvironment(false)
                .build()) {
            context.registerSingleton(Dependency.class, new Dependency() {
                @Override
                public String name() {
                    return "stuck";
                }

                @Override
                public void ping() {
                    while (away.get()) {
                        LockSupport.parkNanos(1_000_000);
                    }
                }
            });
            context.start();
            var admin = context.getBean(DegradationAdmin.class);
            Await.until("both are bad", () -> admin.status().probes().stream().noneMatch(ProbeStatus::good));
            away.set(false);
            Await.until("what answers is good",
                    () -> admin.status().probes().stream().anyMatch(ProbeStatus::good));
        }
    }

    /** At once, or after the head of its answer. */
    @Test
    void probe_ofAnAddressThatHangs_isBad() throws IOException {
        var sockets = new ConcurrentLinkedQueue<Socket>();
        try (var silent = hanging("", sockets);
                var half = hanging("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", sockets);
                ApplicationContext context = start(Map.of(SHOP + "url", "http://127.0.0.1:" + silent.getLocalPort(),
                        "tallygate.degradation.probes.half.url", "http://127.0.0.1:" + half.getLocalPort(),
                        SHOP + "features", "recommendations", "tallygate.degradation.probe-interval", "100ms",
                        "tallygate.degradation.probe-timeout", "200ms"), new Feature("recommendations"))) {
            var admin = context.getBean(DegradationAdmin.class);
            Await.until("both are bad", () -> admin.status().probes().stream().noneMatch(ProbeStatus::good));
            assertThat(admin.status().probes()).extracting(ProbeStatus::failure)
                    .allSatisfy(failure -> assertThat(failure).containsPattern("within 200 ms|timed out"));
            Await.until("it is noticed",
                    () -> context.getBean(Degradation.class).level("recommendations") == Level.DEGRADED);
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static ServerSocket hanging(String beginning, Collection<Socket> sockets) throws IOException {
        var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    sockets.add(socket);
                    socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // The test is over, or whoever asked has given up.
                }
            }
        });
        return listener;
    }

    @Test
    void settings_thatDoNotFit_areRefusedByName() throws IOException {
        HttpServer server = server();
        server.stop(0);
        Map<String, Object> settings = fast(server);
        settings.put(SHOP + "features", "recomendations");
        assertThatThrownBy(() -> start(settings, new Feature("recommendations")).close())
                .hasStackTraceContaining("there is no feature recomendations here; those are recommendations");

        var group = new DegradationSettingGroup();
        assertThatThrownBy(() -> group.check(Map.of(SHOP + "critical", "true")))
                .isInstanceOf(WrongSettingException.class).hasMessageContaining(SHOP + "url is missing");
        assertThat(group.settings()).isNotEmpty();
        assertThatThrownBy(() -> new Feature("Not a name")).hasMessageContaining("Not a name");
    }

    @Test
    void start_inAFunction_probesNothing() throws IOException {
        HttpServer server = server();
        try (ApplicationContext context = ApplicationContext.builder("function").properties(fast(server))
                .deduceEnvironment(false).start()) {
            assertThat(context.getBean(DegradationAdmin.class).status().probes()).isEmpty();
            assertThat(context.containsBean(DegradationRounds.class)).isFalse();
            assertThat(context.containsBean(EdgeReadiness.class)).isFalse();
        } finally {
            server.stop(0);
        }
    }
}
