package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Supplier;

/** What the classes stand on that take the store away: it is behind a link that can be cut, and waits are short. */
abstract class OutageSuite extends Suite {

    static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(2);

    /** What an answer may take beyond the bounded wait, on a machine that is busy with other things. */
    static final Duration MARGIN = Duration.ofSeconds(10);

    static final Duration RECOVERY = Duration.ofSeconds(60);

    @Override
    final StoreServer newStore() {
        return LinkedStore.over(Stores.freshServer(), seed.random(4));
    }

    final FaultyLink link() {
        return ((LinkedStore) store).link();
    }

    final void awaitReady() {
        Await.until(RECOVERY, "well again", () -> Readiness.isWell(api));
        // What is to be from the store is not asked for before a probe has found it.
        String anyCounter = new Counter("any", "outage").path();
        Await.until(RECOVERY, "read again", () -> api.get(anyCounter + "?consistency=strong").status() == 200);
    }

    /**
     * Whoever is at the edge tells what is away, and goes on to get requests: there are still answers to give. A function under
     * load may have no time for whoever asks for its readiness.
     */
    final void awaitAwayTold() {
        if (Deployments.isFunctions()) {
            Await.until(RECOVERY, "it is not ready", () -> !Readiness.isReady(api));
            return;
        }
        Await.until(RECOVERY, "it is told that the store is away", () -> Readiness.isAwayTold(api));
        assertThat(Readiness.isReady(api)).as("ready").isTrue();
    }

    static Answer inTime(Supplier<Answer> request) {
        long start = System.nanoTime();
        Answer answer = request.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("the wait for: %s", answer)
                .isLessThan(COMMIT_TIMEOUT.plus(MARGIN));
        return answer;
    }

    /** Whoever was not served was told so clearly. */
    final void assertToldClearly(Ledger ledger) {
        ledger.assertNoSurprise();
        ledger.refusals().forEach(answer -> assertThat(answer).isUnavailable());
        assertThat(ledger.cuts()).as("every request is answered (%s)", seed).isEmpty();
    }
}
