package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is different about a process that may be frozen, or ended, as soon as it has answered. */
@FunctionsOnly
class FunctionsHttpIT extends Suite {

    @Test
    void onTheEmbeddedStoreItDoesNotStartAndSaysWhy() {
        assertThat(initializationError(Map.of(FunctionsHttp.ACCESS, "gateway"))).contains("tallygate.store",
                "redis or postgresql");
        assertThat(initializationError(Map.of(FunctionsHttp.ACCESS, "gateway", Launch.STORE, "sqlite")))
                .contains("tallygate.store");
    }

    @Test
    void withoutTokensItDoesNotStartUnlessTheGatewayDecidesWhoMayComeIn() {
        assertThat(initializationError(store.settings())).contains("no token is configured", "tallygate.access");
    }

    @Test
    void aSettingThatMeansNothingToAFunctionStopsTheStart() {
        assertThat(initializationError(with(FunctionsHttp.ACCESS, "gateway", Launch.PORT, "8080")))
                .contains(Launch.PORT);
        assertThat(initializationError(with(FunctionsHttp.ACCESS, "everybody"))).contains("tallygate.access");
        assertThat(initializationError(with(Launch.tokenHash("a"), "secret", Launch.tokenScopes("a"), "read")))
                .contains("tallygate.tokens.a.sha256").doesNotContain("'secret'");
    }

    @Test
    void whatIsAcceptedWithoutWaitingIsCommittedBeforeTheAnswer() {
        List<Counter> counters = freshCounters(20);
        var batch = Json.object("operations",
                counters.stream().map(counter -> Json.increment(counter, 2)).toList(), "async", true);
        assertThat(api.post(CounterApi.BATCH_INCREMENT, batch)).hasStatus(202);
        for (Counter counter : counters) {
            var increment = Json.increment(counter, 5);
            increment.put("async", true);
            assertThat(api.post(CounterApi.INCREMENT, increment)).hasStatus(202);
        }
        deployment.kill();
        deployment.start();
        counters.forEach(counter -> assertThat(counterApi.value(counter)).as("%s", counter).isEqualTo(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1m", "1h", "24h"})
    void aWindowThatWouldBeAddedUpInMemoryIsNotSupported(String window) {
        Answer answer = api.get("/api/v1/leaderboard/likes?window=" + window);
        assertThat(answer).hasStatus(501).isProblem("not-supported");
    }

    @Test
    void whileItIsFrozenOthersGoOnAndAfterwardsItSeesWhatTheyDid() {
        Counter counter = freshCounter();
        for (int i = 1; i <= 10; i++) {
            assertThat(counterApi.increment(counter, 1)).isEqualTo(i);
            assertThat(counterApi.cachedValue(counter)).isEqualTo(i);
        }
        String board = "/api/v1/leaderboard/" + Counter.encode(counter.counterType()) + "?window=all";
        assertThat(api.get(board).each("entries", "value")).contains("10");
        freeze();
        try (var other = new LambdaFunction(Deployments.functionZip("direct"), DirectFunctionsIT.INCREMENT,
                store.settings(), 1)) {
            other.start();
            assertThat(other.invoke(Json.text(Json.increment(counter, 5))).text()).contains("\"value\":15");
        } finally {
            thaw();
        }
        // Each environment is asked, in turn.
        for (int i = 0; i < 2; i++) {
            assertThat(counterApi.cachedValue(counter)).isEqualTo(15);
            assertThat(api.get(board).each("entries", "value")).contains("15");
        }
        assertThat(counterApi.increment(counter, 1)).isEqualTo(16);
    }

    @Test
    void connectionsThatTheStoreClosedDuringAFreezeAreOpenedAgain() {
        Counter counter = freshCounter();
        assertThat(counterApi.increment(counter, 1)).isEqualTo(1);
        freeze();
        try {
            store.dropSessions();
        } finally {
            thaw();
        }
        for (int i = 2; i <= 5; i++) {
            assertThat(counterApi.increment(counter, 1)).isEqualTo(i);
        }
    }

    private void freeze() {
        Signals.send("STOP", environments());
    }

    private void thaw() {
        Signals.send("CONT", environments());
    }

    private List<ProcessHandle> environments() {
        return ((FunctionsHttp) deployment).environments();
    }

    private Map<String, String> with(String... pairs) {
        var variables = new TreeMap<>(store.settings());
        for (int i = 0; i < pairs.length; i += 2) {
            variables.put(pairs[i], pairs[i + 1]);
        }
        return variables;
    }

    private static String initializationError(Map<String, String> variables) {
        try (var function = new LambdaFunction(Deployments.functionZip("http"), FunctionsHttp.HANDLER, variables, 1)) {
            return function.initializationError();
        }
    }
}
