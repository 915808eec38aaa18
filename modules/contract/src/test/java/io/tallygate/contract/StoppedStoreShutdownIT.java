package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code SIGTERM} while the store does not answer: what this process alone knows is kept, and it ends in order. */
@OwnDeployment
@StoreIsAServer
@SkipOn(deployment = Deployments.FUNCTIONS,
        because = "Lambda ends an environment without asking, and it keeps no window")
class StoppedStoreShutdownIT extends Suite {

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(OutageSuite.COMMIT_TIMEOUT);
    }

    @Override
    StoreServer newStore() {
        return Stores.freshServer();
    }

    @Test
    void aWriteWhoseCallerWasToldDoesNotHoldTheStopAndNoWindowIsLost() {
        Counter counter = freshCounter();
        counterApi.increment(counter, 7);
        store.freeze();
        try {
            assertThat(api.post(CounterApi.INCREMENT, Json.increment(counter, 1))).isUnavailable();
            deployment.requestStop();
            assertThat(deployment.awaitExit(Duration.ofSeconds(25))).as("exit code").isZero();
        } finally {
            store.thaw();
        }
        deployment.start();
        String window = "/api/v1/leaderboard/" + counter.counterType() + "?window=1h&limit=10";
        // A gateway adds up what its instances have, which come one after the other.
        Await.until(Duration.ofSeconds(30), "the window is there again",
                () -> api.get(window).each("entries", "resource_id").contains(counter.resourceId()));
        assertThat(api.get(window).json().path("entries").path(0).path("value").longValue()).isEqualTo(7);
    }
}
