package io.tallygate.contract;

import static io.tallygate.contract.Problems.assertUnavailable;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store of all instances is away for so long that Consul knows none that is healthy. */
@OwnDeployment
@ConsulOnly
@StoreIsAServer
class StoreOutageThroughConsulIT extends Suite {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(1);
    /** What an answer may take beyond the bounded wait, on a machine that is busy with other things. */
    private static final Duration MARGIN = Duration.ofSeconds(2);
    private static final Duration CHANGE_DEADLINE = Duration.ofSeconds(30);

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(COMMIT_TIMEOUT).with("TALLYGATE_CONSUL_CHECK_INTERVAL", "1s");
    }

    @Override
    StoreServer newStore() {
        return LinkedStore.over(Stores.fresh(), seed.random(4));
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
        ledger.assertNoSurprise();
        ledger.refusals().forEach(Problems::assertUnavailable);
        assertThat(ledger.cuts()).as("every request is answered (%s)", seed).isEmpty();
        ledger.assertHeldBy(api, counters);
        ledger.settle(api);
        ledger.assertExact(api, counters);
    }

    @Test
    void aGatewayThatStartsMeanwhileSaysSoAndServesWhenTheStoreIsBack() {
        cutUntilConsulKnowsNone();
        split().gateway().kill();
        split().launchGateway();
        Await.until(CHANGE_DEADLINE, "the new gateway says 503",
                () -> api.tryGet("/health/readiness").filter(answer -> answer.status() == 503).isPresent());
        Counter counter = freshCounter();
        assertToldInTime(counter);
        link().heal();
        awaitAllWell();
        // What was told that nobody knows may have been on its way, and is then repeated until it is answered.
        assertThat(api.increment(counter, 1)).isBetween(1L, 2L);
    }

    private void cutUntilConsulKnowsNone() {
        link().cut();
        Await.until(CHANGE_DEADLINE, "readiness says 503", () -> !Readiness.isReady(api));
        Await.until(CHANGE_DEADLINE, "Consul knows no healthy instance", () -> consul().healthyInstances() == 0);
        assertThat(Readiness.isReady(api)).as("ready, without any instance that serves").isFalse();
    }

    private void assertToldInTime(Counter counter) {
        long start = System.nanoTime();
        assertUnavailable(api.post(Api.INCREMENT, Json.increment(counter, 1)));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("the wait for the answer")
                .isLessThan(COMMIT_TIMEOUT.plus(MARGIN));
    }

    private void awaitAllWell() {
        Await.until(CHANGE_DEADLINE, "ready again", () -> Readiness.isReady(api));
        Await.until(CHANGE_DEADLINE, "Consul knows every instance again",
                () -> consul().healthyInstances() == split().services().size());
    }

    private FaultyLink link() {
        return ((LinkedStore) store).link();
    }

    private SplitDeployment split() {
        return (SplitDeployment) deployment;
    }

    private ConsulServer consul() {
        return split().consul().orElseThrow();
    }
}
