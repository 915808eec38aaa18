package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code kill -9}: what was acknowledged before is there after. */
@EveryStore
@OwnDeployment
class CrashIT extends Suite {

    /** The embedded store dies with the process, so it has the most to prove; a server only loses its client. */
    private static final int ROUNDS = Settings.number("tallygate.contract.kill-rounds", 20);

    /**
     * One deployment dies again and again on the same data. Half of the clients send batches; which moment the signal
     * hits is left to the number of calls it waits for. After each crash the invariant is checked twice: within what was
     * in flight, and exactly, once the clients have repeated what they had no answer to.
     */
    @Test
    @Timeout(600)
    void afterEveryCrashEachCounterIsWhatWasAcknowledgedPlusAtMostWhatWasInFlight() {
        List<Counter> counters = freshCounters(12);
        var ledger = new Ledger(seed);
        var moments = seed.random(3);
        int crashesInFlight = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources(counters, round))) {
                traffic.awaitAcknowledged(moments.nextInt(20, 600));
                deployment.kill();
                traffic.awaitEnd();
            }
            crashesInFlight += ledger.unsettledCalls() > 0 ? 1 : 0;
            deployment.start();
            ledger.assertHeldBy(counterApi, counters);
            ledger.settle(api);
            ledger.assertExact(counterApi, counters);
        }
        ledger.assertNoSurprise();
        assertThat(crashesInFlight).as("crashes that interrupted something, of %d", ROUNDS).isPositive();
    }

    private List<Call.Source> sources(List<Counter> counters, int round) {
        var sources = new ArrayList<Call.Source>();
        for (int i = 0; i < 6; i++) {
            long stream = 1_000L * round + i;
            sources.add(i % 2 == 0
                    ? Call.singles(counters, seed.random(stream), seed.name("single"))
                    : Call.batches(counters, 40, seed.random(stream), seed.name("batch")));
        }
        return sources;
    }
}
