package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store of all instances is away for so long that Consul knows none that is healthy. */
@OwnDeployment
@ConsulOnly
@StoreIsAServer
class StoreOutageThroughConsulIT extends OutageSuite {

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(COMMIT_TIMEOUT).with("TALLYGATE_CONSUL_CHECK_INTERVAL", "1s");
    }

    @AfterEach
    void makeEverythingWellAgain() {
        link().heal();
        awaitAllWell();
    }

    @Test
    void underLoadNothingIsLostAndRecoveryNeedsNoRestart() {
        List<Counter> counters = freshCounters(12);
        var ledger = new Ledger(seed);
        List<Call.Source> sources = IntStream.range(0, 6).mapToObj(i -> i % 2 == 0
                ? Call.singles(counters, seed.random(800 + i), seed.name("single"))
                : Call.batches(counters, 40, seed.random(800 + i), seed.name("batch"))).toList();
        try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources)) {
            traffic.awaitAcknowledged(300);
            cutUntilConsulKnowsNone();
            assertToldInTime(freshCounter());
            link().heal();
            traffic.awaitAcknowledged(300);
            awaitAllWell();
            traffic.awaitAcknowledged(300);
        }
        assertToldClearly(ledger);
        ledger.assertHeldBy(counterApi, counters);
        ledger.settle(api);
        ledger.assertExact(counterApi, counters);
    }

    @Test
    void aGatewayThatStartsMeanwhileSaysSoAndServesWhenTheStoreIsBack() {
        cutUntilConsulKnowsNone();
        split().gateway().kill();
        split().launchGateway();
        Await.until(RECOVERY, "the new gateway says 503", () -> Readiness.isDenied(api));
        Counter counter = freshCounter();
        assertToldInTime(counter);
        link().heal();
        awaitAllWell();
        // What was told that nobody knows may have been on its way, and is then repeated until it is answered.
        assertThat(counterApi.increment(counter, 1)).isBetween(1L, 2L);
    }

    private void cutUntilConsulKnowsNone() {
        link().cut();
        awaitAwayTold();
        Await.until(RECOVERY, "Consul knows no healthy instance", () -> consul().healthyInstances() == 0);
    }

    private void assertToldInTime(Counter counter) {
        assertThat(inTime(() -> api.post(CounterApi.INCREMENT, Json.increment(counter, 1)))).isUnavailable();
    }

    private void awaitAllWell() {
        awaitReady();
        Await.until(RECOVERY, "Consul knows every instance again",
                () -> consul().healthyInstances() == split().services().size());
    }

    private SplitDeployment split() {
        return (SplitDeployment) deployment;
    }

    private ConsulServer consul() {
        return split().consul().orElseThrow();
    }
}
