package io.tallygate.contract;

import static io.tallygate.contract.DegradationApi.assertDegraded;
import static io.tallygate.contract.DegradationApi.assertExact;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store stops, hangs and flaps: each feature answers at once as well as it can, and comes back by itself. */
@OwnDeployment
@StoreIsAServer
@OneDeploymentIsEnough
@OverHttpOnly(because = "levels are shown over HTTP")
class DegradationOutageIT extends OutageSuite {

    /** Far less than a question to a store that is away takes. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private final DegradationApi levels = new DegradationApi(api);
    private final QuotaApi quotas = new QuotaApi(api);
    private final Counter known = freshCounters(1).getFirst();
    private final String board = "/api/v1/leaderboard/" + known.counterType();
    private final String subject = seed.name("subject");
    private final String quotaType = seed.name("calls");

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(Duration.ofSeconds(20)).with("TALLYGATE_DEGRADATION_DWELL", "3s")
                .with("TALLYGATE_DEGRADATION_STEP", "500ms").with("TALLYGATE_DEGRADATION_PROBE_INTERVAL", "500ms")
                .with("TALLYGATE_DEGRADATION_PROBE_TIMEOUT", "500ms");
    }

    @AfterEach
    void makeEverythingWellAgain() {
        store.thaw();
        link().heal();
        awaitReady();
        awaitLevel("normal");
    }

    private void awaitLevel(String level) {
        Await.until(RECOVERY.multipliedBy(2), "the level is " + level, () -> levels.level().equals(level));
    }

    @Test
    void aStoreThatIsStopped() {
        assertAnsweredAndRecovered(link()::cut, link()::heal);
    }

    @Test
    void aStoreThatHangs() {
        assertAnsweredAndRecovered(store::freeze, store::thaw);
    }

    private void assertAnsweredAndRecovered(Runnable fail, Runnable recover) {
        long value = counterApi.increment(known, 7);
        quotas.settle(subject, QuotaApi.limit(quotaType, 1_000, "lifetime"));
        assertThat(quotas.consume(subject, quotaType, 1)).isOk();
        assertExact(api.get(known.path()));
        Answer exactBoard = api.get(board);
        assertExact(exactBoard);
        assertExact(quotas.check(subject, quotaType, 1));

        fail.run();
        Await.until(RECOVERY, "it is noticed", () -> levels.level(DegradationApi.WRITES).equals("minimal"));
        assertThat(levels.level(DegradationApi.READS)).isEqualTo("degraded");
        long start = System.nanoTime();
        Answer stale = api.get(known.path());
        assertDegraded(stale);
        assertThat(stale.json().path("value").asLong()).isEqualTo(value);
        assertThat(api.get(freshCounter().path())).isUnavailable().isProblem("degraded");
        assertThat(api.get(known.path() + "?consistency=strong")).isUnavailable().isProblem("degraded");
        Answer staleBoard = api.get(board);
        assertDegraded(staleBoard);
        assertThat(staleBoard.json().path("entries")).isEqualTo(exactBoard.json().path("entries"));
        Answer empty = api.get("/api/v1/leaderboard/" + seed.name("never-asked"));
        assertDegraded(empty);
        assertThat(empty.json().path("entries")).isEmpty();
        Answer check = quotas.check(subject, quotaType, 1);
        assertDegraded(check);
        assertThat(check.json().path("allowed").booleanValue()).isTrue();
        Answer unknown = quotas.check(seed.name("unknown"), quotaType, 1);
        assertDegraded(unknown);
        assertThat(unknown.json().path("allowed").booleanValue()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("nothing waits for the store").isLessThan(AT_ONCE);
        assertThat(api.get("/health/liveness")).isOk();
        assertThat(api.get("/health/readiness")).as("there are still answers to give").isOk();
        Answer health = api.get("/health");
        assertThat(health).isOk();
        assertThat(health.json().at("/details/degradation/probes/store").asText()).isEqualTo("bad");
        assertThat(health.json().at("/details/degradation/level").asText()).isEqualTo("minimal");
        assertThat(health.json().at("/details/store/answers").asBoolean(true)).isFalse();
        assertThat(health.json().path("notes").toString()).contains("counter-reads is degraded: store is bad");

        recover.run();
        awaitReady();
        awaitLevel("normal");
        assertExact(api.get(known.path()));
        assertExact(api.get(board));
        assertExact(quotas.check(subject, quotaType, 1));
        assertThat(counterApi.increment(known, 1)).isEqualTo(value + 1);
    }

    @Test
    void aStoreThatFlapsIsNotFollowed() {
        counterApi.increment(known, 1);
        assertExact(api.get(known.path()));
        link().cut();
        Await.until(RECOVERY, "it is noticed", () -> levels.level(DegradationApi.READS).equals("degraded"));
        int rises = rises();
        for (int i = 0; i < 6; i++) {
            link().heal();
            // The pause that is under test, shorter than any dwell; nothing becomes true meanwhile.
            Await.within(Duration.ofMillis(700), () -> false);
            link().cut();
            Await.until(RECOVERY, "a probe fails again",
                    () -> levels.status().at("/probes").findValues("failing").toString().contains("true"));
            assertDegraded(api.get(known.path()));
        }
        assertThat(rises()).isEqualTo(rises);
    }

    private int rises() {
        int rises = 0;
        for (JsonNode change : levels.status().path("history")) {
            rises += change.path("to").asText().equals("normal") ? 1 : 0;
        }
        return rises;
    }
}
