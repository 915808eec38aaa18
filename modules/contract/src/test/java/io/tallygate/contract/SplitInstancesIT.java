package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Instances of the service come and go while callers write, found through Consul. */
@OwnDeployment
@ConsulOnly
@Timeout(300)
class SplitInstancesIT extends Suite {

    private static final Duration CHANGE_DEADLINE = Duration.ofSeconds(30);

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(Duration.ofSeconds(20));
    }

    private SplitDeployment split() {
        return (SplitDeployment) deployment;
    }

    private ConsulServer consul() {
        return split().consul().orElseThrow();
    }

    @Test
    void aRollingRestartOfEveryInstanceFailsNoRequest() {
        List<Counter> counters = freshCounters(12);
        var ledger = new Ledger(seed);
        try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources(counters))) {
            traffic.awaitAcknowledged(300);
            for (SplitDeployment.Service service : split().services()) {
                service.program().requestStop();
                assertThat(service.program().awaitExit(Launch.STOP_DEADLINE)).as("exit code").isZero();
                traffic.awaitAcknowledged(100);
                split().launchService(service);
                awaitInstances(split().services().size());
                traffic.awaitAcknowledged(300);
            }
        }
        assertNothingFailed(ledger, counters);
    }

    @Test
    void anInstanceThatIsAddedUnderLoadTakesItsShare() {
        List<Counter> counters = freshCounters(40);
        var ledger = new Ledger(seed);
        try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources(counters))) {
            traffic.awaitAcknowledged(300);
            SplitDeployment.Service added = split().addService();
            awaitInstances(split().services().size());
            split().services().stream().filter(service -> service != added).forEach(service -> {
                service.program().requestStop();
                assertThat(service.program().awaitExit(Launch.STOP_DEADLINE)).as("exit code").isZero();
            });
            // Whatever is acknowledged from here on, the added one did.
            traffic.awaitAcknowledged(300);
            split().services().stream().filter(service -> service != added).forEach(split()::launchService);
            awaitInstances(split().services().size());
            traffic.awaitAcknowledged(300);
        }
        assertNothingFailed(ledger, counters);
    }

    @Test
    void withoutConsulTrafficGoesOnWithTheInstancesKnownLast() {
        List<Counter> counters = freshCounters(12);
        var ledger = new Ledger(seed);
        try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources(counters))) {
            traffic.awaitAcknowledged(300);
            consul().kill();
            traffic.awaitAcknowledged(2_000);
            consul().launch();
            awaitInstances(split().services().size());
            traffic.awaitAcknowledged(300);
        }
        assertNothingFailed(ledger, counters);
    }

    private void awaitInstances(int count) {
        Await.until(CHANGE_DEADLINE, count + " healthy instances", () -> consul().healthyInstances() == count);
    }

    private void assertNothingFailed(Ledger ledger, List<Counter> counters) {
        ledger.assertNoSurprise();
        assertThat(ledger.refusals()).as("calls that were refused (%s)", seed).isEmpty();
        assertThat(ledger.cuts()).as("calls without an answer (%s)", seed).isEmpty();
        ledger.assertExact(api, counters);
    }

    private List<Call.Source> sources(List<Counter> counters) {
        var sources = new ArrayList<Call.Source>();
        for (int i = 0; i < 6; i++) {
            long stream = 700_000L + i;
            sources.add(i % 2 == 0
                    ? Call.singles(counters, seed.random(stream), seed.name("single"))
                    : Call.batches(counters, 40, seed.random(stream), seed.name("batch")));
        }
        return sources;
    }
}
