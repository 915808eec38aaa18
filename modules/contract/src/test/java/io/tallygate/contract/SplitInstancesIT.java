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

    private static final Duration CHANGE_DEADLINE = Duration.ofSeconds(60);
    /** One call that is not answered and its repetitions, until one of them reaches another instance. */
    private static final Duration PAUSED_ANSWER_MAX = Duration.ofSeconds(10);

    @Override
    Launch launch() {
        // Whether an instance answers, the gateway alone finds out: Consul does not ask in the time that a test takes.
        return Launch.patient().with("TALLYGATE_CONSUL_CHECK_INTERVAL", "1h");
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
                stop(service);
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
            split().services().stream().filter(service -> !service.equals(added)).forEach(this::stop);
            // Whatever is acknowledged from here on, the added one did.
            traffic.awaitAcknowledged(300);
            split().services().stream().filter(service -> !service.equals(added)).forEach(split()::launchService);
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

    @Test
    void anInstanceThatIsPausedCostsCallersTimeAndIsCalledAgainWhenItGoesOn() {
        List<Counter> counters = freshCounters(12);
        Counter counter = freshCounter();
        var ledger = new Ledger(seed);
        SplitDeployment.Service paused = split().services().getFirst();
        List<SplitDeployment.Service> others = split().services().stream().skip(1).toList();
        try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources(counters))) {
            traffic.awaitAcknowledged(300);
            int before = split().gateway().log().length();
            paused.program().send("STOP");
            try {
                assertThat(millisOfIncrements(8, counter)).as("bounded answers")
                        .allSatisfy(millis -> assertThat(millis).isLessThan(PAUSED_ANSWER_MAX.toMillis()));
                // Calls to it were given up and repeated then: the originals, which still wait there, must not count.
                Await.until(CHANGE_DEADLINE, "its breaker opens", () -> breakerDid("CLOSED to OPEN", paused, before));
                traffic.awaitAcknowledged(1_000);
            } finally {
                paused.program().send("CONT");
            }
            Await.until(CHANGE_DEADLINE, "its breaker closes",
                    () -> breakerDid("HALF_OPEN to CLOSED", paused, before));
            assertThat(others).as("whose breakers opened")
                    .noneMatch(other -> breakerDid("CLOSED to OPEN", other, before));
            others.forEach(this::stop);
            // Whatever is acknowledged from here on, the one that was paused did.
            traffic.awaitAcknowledged(300);
            others.forEach(split()::launchService);
            awaitInstances(split().services().size());
            traffic.awaitAcknowledged(300);
        }
        assertNothingFailed(ledger, counters);
        assertThat(counterApi.value(counter)).isEqualTo(8);
    }

    private List<Long> millisOfIncrements(int clients, Counter counter) {
        return Clients.atOnce(clients, client -> {
            long start = System.nanoTime();
            assertThat(counterApi.incrementWithKey(counter, 1, seed.name("paused"))).isOk();
            return Duration.ofNanos(System.nanoTime() - start).toMillis();
        });
    }

    private boolean breakerDid(String change, SplitDeployment.Service service, int logStart) {
        return split().gateway().log().substring(logStart).lines()
                .anyMatch(line -> line.contains("127.0.0.1:" + service.port()) && line.contains(change));
    }

    private void stop(SplitDeployment.Service service) {
        service.program().requestStop();
        assertThat(service.program().awaitExit(Launch.STOP_DEADLINE)).as("exit code").isZero();
    }

    private void awaitInstances(int count) {
        Await.until(CHANGE_DEADLINE, count + " healthy instances", () -> consul().healthyInstances() == count);
    }

    private void assertNothingFailed(Ledger ledger, List<Counter> counters) {
        ledger.assertNoSurprise();
        assertThat(ledger.refusals()).as("calls that were refused (%s)", seed).isEmpty();
        assertThat(ledger.cuts()).as("calls without an answer (%s)", seed).isEmpty();
        ledger.assertExact(counterApi, counters);
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
