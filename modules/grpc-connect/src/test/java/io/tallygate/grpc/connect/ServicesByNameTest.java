package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.grpc.StatusRuntimeException;
import io.micronaut.context.ApplicationContext;
import io.micronaut.health.HealthStatus;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.management.health.indicator.HealthResult;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.EdgeReadiness;
import io.tallygate.kernel.HealthNotes;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Two services in one process: each has its own instances, channels, breakers and settings. */
final class ServicesByNameTest {

    /** As a caller has it. */
    private static final Setting<Integer> LANES = Setting.of("tallygate.services.lanes", SettingRule.integer(0, 9),
            "7", "Lanes");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Server counter = new Server();
    private final Server quota = new Server();
    private ApplicationContext context;

    @BeforeEach
    void start() {
        context = start(Map.of("tallygate.services.timeout", "3s", "tallygate.services.quota.timeout", "2s",
                "tallygate.services.quota.breaker.calls", "2", "tallygate.services.quota.channels", "1",
                "tallygate.services.channels", "3", "tallygate.services.connect-timeout", "1s"));
    }

    private ApplicationContext start(Map<String, Object> settings) {
        return notStarted(settings).start();
    }

    private ApplicationContext notStarted(Map<String, Object> settings) {
        var all = new HashMap<>(settings);
        all.putIfAbsent("tallygate.services.counter.addresses", counter.instance().address());
        all.putIfAbsent("tallygate.services.quota.addresses", quota.instance().address());
        return ApplicationContext.builder().properties(all).build();
    }

    @AfterEach
    void close() {
        context.close();
        counter.close();
        quota.close();
    }

    private <T> T of(String service, Class<T> type) {
        return context.getBean(type, Qualifiers.byName(service));
    }

    private long call(String service) {
        return PortStub.on(of(service, Channels.class).next())
                .withDeadlineAfter(5, TimeUnit.SECONDS).write();
    }

    private HealthResult readiness() {
        return Mono.from(context.getBean(ServicesHealthIndicator.class).getResult()).blockOptional().orElseThrow();
    }

    @Test
    void channels_ofEachService_leadToItsOwnInstances() {
        assertThat(of("counter", Channels.class).instances()).containsExactly(counter.instance());
        assertThat(of("quota", Channels.class).instances()).containsExactly(quota.instance());
        assertThat(call("counter")).isEqualTo(counter.instance().port());
        assertThat(call("quota")).isEqualTo(quota.instance().port());
    }

    @Test
    void settings_ofOneService_winOverThoseOfAll() throws Exception {
        assertThat(of("counter", ServiceSettings.class).get(ServicesSettingGroup.TIMEOUT))
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(of("quota", ServiceSettings.class).get(ServicesSettingGroup.TIMEOUT))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(of("quota", ServiceSettings.class).get(LANES)).isEqualTo(7);

        of("counter", Channels.class).warmUp().toCompletableFuture().get(20, TimeUnit.SECONDS);
        of("quota", Channels.class).warmUp().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(counter.connections).hasValue(3);
        assertThat(quota.connections).hasValue(1);
    }

    @Test
    void settings_wrongValue_isToldByTheNameOfTheSettingThatHasIt() {
        for (String setting : new String[]{"tallygate.services.quota.lanes", "tallygate.services.lanes"}) {
            try (var wrong = start(Map.of(setting, "many"))) {
                var settings = wrong.getBean(ServiceSettings.class, Qualifiers.byName("quota"));
                assertThatThrownBy(() -> settings.get(LANES))
                        .hasMessageContaining(setting + " is 'many'");
            }
        }
    }

    @Test
    void notes_ofAService_areToldWithItsName() {
        counter.notes = List.of("it is slow");
        Await.until("it is told", LIMIT, () -> context.getBeansOfType(HealthNotes.class).stream()
                .flatMap(notes -> notes.notes().stream()).toList().equals(List.of("counter service: it is slow")));
    }

    @Test
    void oneService_away_leavesTheOtherAsItIs() {
        Await.until("both are reachable", LIMIT, () -> readiness().getDetails()
                .equals(Map.of("counter", "UP", "quota", "UP")));
        assertThat(readiness().getStatus()).isEqualTo(HealthStatus.UP);

        quota.failuresToCome.set(1_000);
        Await.until("its breaker opens", LIMIT, () -> {
            assertThatThrownBy(() -> call("quota")).isInstanceOf(StatusRuntimeException.class);
            return of("quota", InstanceBreakers.class).of(quota.instance()).getState() == CircuitBreaker.State.OPEN;
        });
        assertThat(call("counter")).isEqualTo(counter.instance().port());
        assertThat(of("counter", InstanceBreakers.class).of(counter.instance()).getState())
                .isEqualTo(CircuitBreaker.State.CLOSED);

        quota.close();
        Await.until("readiness names it", LIMIT, () -> readiness().getDetails()
                .equals(Map.of("counter", "UP", "quota", "DOWN")));
        assertThat(readiness().getStatus()).as("ready for what the other serves").isEqualTo(HealthStatus.UP);

        counter.close();
        Await.until("none can be reached", LIMIT, () -> readiness().getStatus().equals(HealthStatus.DOWN));
    }

    @Test
    void oneService_awayFromTheStart_keepsTheOtherFromNothing() {
        quota.close();
        assertThat(readiness().getStatus()).as("before each had its chance").isEqualTo(HealthStatus.DOWN);
        Await.until("the other one serves", LIMIT, () -> readiness().getStatus().equals(HealthStatus.UP));
        assertThat(readiness().getDetails()).isEqualTo(Map.of("counter", "UP", "quota", "DOWN"));
        assertThat(call("counter")).isEqualTo(counter.instance().port());
    }

    private void startAtTheEdge() {
        context.close();
        context = notStarted(Map.of("tallygate.services.connect-timeout", "1s"));
        context.registerSingleton(EdgeReadiness.class, new EdgeReadiness());
        context.start();
    }

    @Test
    void readiness_atTheEdge_lastsAndTellsWhoIsAway() {
        startAtTheEdge();
        Await.until("both are reachable", LIMIT, () -> readiness().getDetails()
                .equals(Map.of("counter", "UP", "quota", "UP")));

        counter.close();
        quota.close();
        Await.until("who is away is told", LIMIT, () -> readiness().getDetails()
                .equals(Map.of("counter", "DOWN", "quota", "DOWN")));
        assertThat(readiness().getStatus()).as("there are still answers to give").isEqualTo(HealthStatus.UP);
    }

    @Test
    void readiness_atTheEdgeWhileNobodyWasThereYet_isDown() {
        counter.close();
        quota.close();
        startAtTheEdge();
        Await.until("each had its chance", LIMIT, () -> context.getBeansOfType(ServiceReadiness.class).stream()
                .allMatch(ServiceReadiness::isTried));
        assertThat(readiness().getStatus()).isEqualTo(HealthStatus.DOWN);
    }
}
