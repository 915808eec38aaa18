package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store is down or slow: callers wait a bounded time and are told clearly; when it is back, so is the service. */
@OwnDeployment
@StoreIsAServer
class StoreOutageIT extends OutageSuite {

    /** How long a stop may go on trying to store what is in flight. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(4);

    private static final int CLIENTS = 16;
    private static final int PAUSES_MAX = 3;

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(COMMIT_TIMEOUT).shutdownTimeout(SHUTDOWN_TIMEOUT);
    }

    @AfterEach
    void makeEverythingWellAgain() {
        store.thaw();
        link().heal();
        awaitReady();
    }

    @Test
    void aStoreThatHangsIsToldInTimeAndRecoveryNeedsNoRestart() {
        assertToldAndRecovered(store::freeze, store::thaw);
    }

    @Test
    void aStoreThatIsDownIsToldInTimeAndRecoveryNeedsNoRestart() {
        assertToldAndRecovered(link()::cut, link()::heal);
    }

    private void assertToldAndRecovered(Runnable fail, Runnable recover) {
        List<Counter> counters = freshCounters(4);
        var ledger = new Ledger(seed);
        fail.run();
        // An execution environment waits for one caller at a time.
        int clients = Deployments.isFunctions() ? FunctionsHttp.CONCURRENCY : CLIENTS;
        List<Answer> answers = Clients.atOnce(clients, client -> {
            Call call = Call.singles(counters, seed.random(client), seed.name("key")).next();
            Answer answer = inTime(() -> api.post(call.path(), call.body(), Api.KEY_HEADER, call.key()));
            ledger.record(call, new Fate.Answered(answer));
            return answer;
        });
        answers.forEach(answer -> assertThat(answer).isUnavailable());
        awaitAwayTold();
        assertThat(api.get("/health/liveness")).as("a restart would not help").isOk();
        assertThat(inTime(() -> api.get(counters.getFirst().path() + "?consistency=strong"))).isUnavailable();
        assertThat(inTime(() -> api.post(CounterApi.BATCH_INCREMENT,
                Json.batch(List.of(Json.increment(freshCounter(), 1), Json.increment(freshCounter(), 1))))))
                .isUnavailable();
        assertThat(inTime(() -> api.delete(freshCounter().path()))).isUnavailable();

        recover.run();
        awaitReady();
        ledger.assertHeldBy(counterApi, counters);
        ledger.settle(api);
        ledger.assertExact(counterApi, counters);
    }

    @Test
    @OneDeploymentIsEnough
    void aConsumptionIsToldInTimeAndCountsOnceWhenItIsRepeated() {
        var quotas = new QuotaApi(api);
        String type = seed.name("calls");
        String subject = seed.name("subject");
        String key = seed.name("key");
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"));
        assertThat(quotas.consume(subject, type, 3)).isOk();
        store.freeze();
        assertThat(inTime(() -> quotas.consumeWithKey(subject, type, 4, key))).isUnavailable();

        store.thaw();
        awaitReady();
        assertThat(quotas.used(subject, type, "lifetime").intValueExact()).as("not, or already").isIn(3, 7);
        assertThat(quotas.consumeWithKey(subject, type, 4, key)).isOk();
        assertThat(quotas.consumeWithKey(subject, type, 4, key)).isOk().isReplayed();
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("7");
    }

    /** One time of several: another process may have the machine for the rest of the wait, but not each time. */
    @Test
    void whatIsToldSpeaksOfWhatWasAskedFor() {
        Counter counter = freshCounter();
        store.freeze();
        assertTold(inTime(() -> api.get(counter.path() + "?consistency=strong"))).contains("ask again")
                .doesNotContain("unknown", "key", "request_id", "changed");
        assertTold(inTime(() -> api.post(CounterApi.INCREMENT, Json.increment(counter, 1)))).contains("unknown", "same",
                "once");
        assertTold(inTime(() -> api.delete(counter.path()))).contains("no harm").doesNotContain("key", "request_id");
    }

    private static AbstractStringAssert<?> assertTold(Answer answer) {
        assertThat(answer).isUnavailable();
        return assertThat(answer.json().path("detail").asText()).as("the detail of %s", answer);
    }

    @Test
    void aStoreThatHangsForLessThanTheWaitIsNotNoticed() {
        var noticed = new ArrayList<Answer>();
        for (int attempt = 0; attempt < PAUSES_MAX; attempt++) {
            noticed.clear();
            Counter counter = freshCounter();
            store.freeze();
            Clients.atOnce(CLIENTS, client -> {
                if (client == 0) {
                    // The pause that is under test; nothing becomes true meanwhile.
                    Await.within(COMMIT_TIMEOUT.dividedBy(4), () -> false);
                    store.thaw();
                }
                return counterApi.incrementWithKey(counter, 1, seed.name("pause"));
            }).stream().filter(answer -> answer.status() != 200).forEach(noticed::add);
            if (noticed.isEmpty()) {
                assertThat(counterApi.value(counter)).isEqualTo(CLIENTS);
                return;
            }
        }
        assertThat(noticed).isEmpty();
    }

    @Test
    void underLoadAnOutageCountsNothingTwice() {
        underLoad(traffic -> {
            for (int i = 0; i < 2; i++) {
                traffic.awaitAcknowledged(100);
                store.freeze();
                awaitAwayTold();
                store.thaw();
                traffic.awaitAcknowledged(100);
                link().cut();
                awaitAwayTold();
                link().heal();
            }
        });
    }

    @Test
    void repliesThatGetLostCountNothingTwice() {
        underLoad(traffic -> {
            traffic.awaitAcknowledged(100);
            int before = link().repliesLost();
            link().loseReplies(0.1);
            Await.until(Duration.ofSeconds(60), "25 replies are lost", () -> link().repliesLost() - before >= 25);
            link().heal();
        });
    }

    @Test
    void aRestartOfTheStoreCountsNothingTwice() {
        underLoad(traffic -> {
            for (int i = 0; i < 5; i++) {
                traffic.awaitAcknowledged(100);
                store.dropSessions();
            }
        });
    }

    /** Clients with and without keys, on counters of their own: what guards the ones does not help the others. */
    private void underLoad(Consumer<Traffic> faults) {
        List<Counter> keyed = freshCounters(8);
        List<Counter> unkeyed = freshCounters(8);
        var keyedLedger = new Ledger(seed);
        var unkeyedLedger = new Ledger(seed);
        var keyedSources = new ArrayList<Call.Source>();
        var unkeyedSources = new ArrayList<Call.Source>();
        for (int i = 0; i < 4; i++) {
            keyedSources.add(Call.singles(keyed, seed.random(10 + i), seed.name("single")));
            keyedSources.add(Call.batches(keyed, 20, seed.random(20 + i), seed.name("batch")));
            unkeyedSources.add(Call.withoutKeys(Call.singles(unkeyed, seed.random(30 + i), "none")));
            unkeyedSources.add(Call.withoutKeys(Call.batches(unkeyed, 20, seed.random(40 + i), "none")));
        }
        try (Traffic first = Traffic.start(deployment.baseUrl(), keyedLedger, keyedSources);
                Traffic second = Traffic.start(deployment.baseUrl(), unkeyedLedger, unkeyedSources)) {
            faults.accept(first);
            awaitReady();
            first.awaitAcknowledged(100);
            second.awaitAcknowledged(100);
        }
        for (Ledger ledger : List.of(keyedLedger, unkeyedLedger)) {
            assertToldClearly(ledger);
        }
        unkeyedLedger.assertHeldBy(counterApi, unkeyed);
        keyedLedger.assertHeldBy(counterApi, keyed);
        keyedLedger.settle(api);
        keyedLedger.assertExact(counterApi, keyed);
    }

    @Test
    void itCanBeStoppedWhileTheStoreHangs() {
        Counter counter = freshCounter();
        counterApi.increment(counter, 1);
        store.freeze();
        assertThat(inTime(() -> api.post(CounterApi.INCREMENT, Json.increment(counter, 1)))).isUnavailable();
        deployment.requestStop();
        try {
            deployment.awaitExit(
                    SHUTDOWN_TIMEOUT.plus(MARGIN).plus(MARGIN).multipliedBy(deployment.stopsInTurn()));
        } finally {
            deployment.kill();
            store.thaw();
            deployment.start();
        }
        assertThat(counterApi.value(counter)).isBetween(1L, 2L);
    }
}
