package io.tallygate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.BeanContext;
import io.micronaut.health.HealthStatus;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.tallygate.kernel.Preparation;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class PreparationHealthIndicatorTest {

    private static final class Preparing implements Preparation {

        private boolean isOver;

        @Override
        public String name() {
            return "preparing";
        }

        @Override
        public void begin() {
            isOver = false;
        }

        @Override
        public boolean isOver() {
            return isOver;
        }

        @Override
        public Map<String, String> progress() {
            return Map.of("a", isOver ? "done" : "half");
        }
    }

    @Test
    void getResult_untilThePreparationIsOver_isNotReady() {
        var preparing = new Preparing();
        try (ApplicationContext context = ApplicationContext.builder()
                .properties(Map.of("tallygate.data-dir", "target/data")).build()) {
            context.registerSingleton(Preparation.class, preparing);
            context.start();
            assertThat(result(context)).extracting(HealthResult::getStatus, HealthResult::getDetails)
                    .containsExactly(HealthStatus.DOWN, Map.of("a", "half"));
            preparing.isOver = true;
            assertThat(result(context)).extracting(HealthResult::getName, HealthResult::getStatus,
                    HealthResult::getDetails).containsExactly("preparing", HealthStatus.UP, Map.of("a", "done"));
        }
    }

    private static HealthResult result(BeanContext context) {
        var indicator = context.getBean(PreparationHealthIndicator.class, Qualifiers.byStereotype(Readiness.class));
        return Mono.from(indicator.getResult()).blockOptional().orElseThrow();
    }
}
