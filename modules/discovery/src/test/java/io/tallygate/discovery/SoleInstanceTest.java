package io.tallygate.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthResult;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.SoleInstance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/** Services of which there must be one instance, with a real Consul. */
@Timeout(300)
final class SoleInstanceTest {

    private final ConsulAgent consul = ConsulAgent.installed();

    @AfterEach
    void stopConsul() {
        consul.close();
    }

    private Instance start() {
        return new Instance(consul.address(), true, Map.of(), context -> context.registerSingleton(SoleInstance.class,
                new SoleInstance("it keeps its state in memory")));
    }

    private static HealthResult health(Instance instance) {
        return Objects.requireNonNull(
                Flux.from(instance.context.getBean(SoleInstanceHealthIndicator.class).getResult()).blockFirst());
    }

    private static boolean isReady(Instance instance) {
        return HealthStatus.UP.equals(health(instance).getStatus());
    }

    @Test
    void second_whileTheFirstServes_isNotReadyAndSaysWhy() {
        consul.launch();
        try (var first = start()) {
            Await.until("the first is registered", () -> consul.healthy("tallygate-counter").size() == 1);
            try (var second = start()) {
                Await.until("the second is not ready", () -> !isReady(second) && health(second).getDetails() != null);
                assertThat(health(second).getDetails()).asString().contains("there must be exactly one instance",
                        "it keeps its state in memory", first.id());
                assertThat(isReady(first)).isTrue();

                first.drain();
                Await.until("the second is ready", () -> isReady(second));
            }
        }
    }

    @Test
    void instance_withoutAConsulToAsk_isReady() {
        try (var alone = start()) {
            Await.until("it is ready", () -> isReady(alone));
        }
    }

    @Test
    void before_ofSeveral_isTheOneThatWasRegisteredFirst() {
        var first = new HealthyInstance(new HealthyInstance.Registered("first", 7));
        var second = new HealthyInstance(new HealthyInstance.Registered("second", 9));

        assertThat(OtherInstances.before("third", List.of(second, first))).contains("first");
        assertThat(OtherInstances.before("second", List.of(second, first))).contains("first");
        assertThat(OtherInstances.before("first", List.of(second, first))).isEmpty();
        assertThat(OtherInstances.before("first", List.of())).isEmpty();
    }
}
