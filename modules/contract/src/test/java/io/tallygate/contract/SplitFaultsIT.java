package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One part of the split fails, and the other goes on. */
@OwnDeployment
@SplitOnly
class SplitFaultsIT extends Suite {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(20);

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(COMMIT_TIMEOUT);
    }

    private SplitDeployment split() {
        return (SplitDeployment) deployment;
    }

    @Test
    void aServiceThatIsKilledAndStartedAgainCostsCallersTimeAndNoError() {
        List<Counter> counters = freshCounters(12);
        var ledger = new Ledger(seed);
        try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources(counters, 0))) {
            for (int round = 0; round < 3; round++) {
                traffic.awaitAcknowledged(300);
                split().services().forEach(service -> {
                    service.program().kill();
                    split().launchService(service);
                });
            }
            traffic.awaitAcknowledged(300);
        }
        ledger.assertNoSurprise();
        assertThat(ledger.refusals()).as("calls that were refused (%s)", seed).isEmpty();
        assertThat(ledger.cuts()).as("calls without an answer (%s)", seed).isEmpty();
        ledger.assertExact(counterApi, counters);
    }

    @Test
    void aGatewayThatIsKilledLosesNothingThatItAnswered() {
        List<Counter> counters = freshCounters(12);
        var ledger = new Ledger(seed);
        for (int round = 1; round <= 5; round++) {
            try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources(counters, round))) {
                traffic.awaitAcknowledged(200);
                split().gateway().kill();
                traffic.awaitEnd();
            }
            split().launchGateway();
            split().awaitReady();
            ledger.settle(api);
            ledger.assertExact(counterApi, counters);
        }
        ledger.assertNoSurprise();
    }

    @Test
    void aServiceThatDoesNotAnswerOpensTheBreakerWhichClosesWhenItIsBack() {
        Counter counter = freshCounter();
        counterApi.increment(counter, 1);
        int before = split().gateway().log().length();
        split().services().forEach(service -> service.program().send("STOP"));
        try {
            List<Long> waited = Clients.atOnce(8, client -> {
                long start = System.nanoTime();
                assertThat(api.tryGet("/health/liveness")).as("the gateway itself is well").isPresent();
                Answer answer = counterApi.incrementWithKey(counter, 1, seed.name("paused"));
                assertThat(answer).hasStatusIn(200, 503);
                return Duration.ofNanos(System.nanoTime() - start).toMillis();
            });
            assertThat(waited).as("bounded answers").allSatisfy(
                    millis -> assertThat(millis).isLessThan(COMMIT_TIMEOUT.plusSeconds(9).toMillis()));
            Await.until(Duration.ofSeconds(60), "the breaker opens",
                    () -> split().gateway().log().substring(before).contains("OPEN"));
        } finally {
            split().services().forEach(service -> service.program().send("CONT"));
        }
        Await.until(Duration.ofSeconds(60), "the breaker half-opens and closes", () -> {
            counterApi.increment(freshCounter(), 1);
            String log = split().gateway().log().substring(before);
            // One that Consul has taken off its list meanwhile comes back with a new breaker, which was never open.
            return split().consul().isPresent()
                    || (log.contains("OPEN to HALF_OPEN") && log.contains("HALF_OPEN to CLOSED"));
        });
        Await.until(Duration.ofSeconds(60), "well", () -> Readiness.isWell(api));
        assertThat(counterApi.increment(counter, 1)).isBetween(2L, 10L);
    }

    private List<Call.Source> sources(List<Counter> counters, int round) {
        var sources = new ArrayList<Call.Source>();
        for (int i = 0; i < 6; i++) {
            long stream = 500_000L + 1_000L * round + i;
            sources.add(i % 2 == 0
                    ? Call.singles(counters, seed.random(stream), seed.name("single"))
                    : Call.batches(counters, 40, seed.random(stream), seed.name("batch")));
        }
        return sources;
    }
}
