package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every instance of the service stands still, and nobody calls: the gateway finds out by itself. */
@OwnDeployment
@SplitOnly
class FrozenServiceIT extends Suite {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

    @Override
    Launch launch() {
        return Launch.defaults().with("TALLYGATE_SERVICES_TIMEOUT", CALL_TIMEOUT.toMillis() + "ms")
                .with("TALLYGATE_CONSUL_CHECK_INTERVAL", "1h");
    }

    @Test
    void theGatewayTellsWhoIsAwayAndThatItIsBack() {
        List<SplitDeployment.Service> services = ((SplitDeployment) deployment).services();
        services.forEach(service -> service.program().send("STOP"));
        try {
            Await.until(CALL_TIMEOUT.multipliedBy(3).dividedBy(2), "it is told", () -> Readiness.isAwayTold(api));
            assertThat(Readiness.isReady(api)).as("there are still answers to give").isTrue();
        } finally {
            services.forEach(service -> service.program().send("CONT"));
        }
        Await.until(CALL_TIMEOUT.multipliedBy(5), "well again", () -> Readiness.isWell(api));
        assertThat(counterApi.increment(freshCounter(), 3)).isEqualTo(3);
    }
}
