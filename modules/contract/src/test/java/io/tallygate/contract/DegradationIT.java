package io.tallygate.contract;

import static io.tallygate.contract.DegradationApi.assertDegraded;
import static io.tallygate.contract.DegradationApi.assertExact;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody sets levels: it is visible, each feature answers as it does there, and writes are as ever. */
@OwnDeployment
@NeedsQuotas
@OverHttpOnly(because = "levels are set and shown over HTTP")
class DegradationIT extends Suite {

    private final DegradationApi levels = new DegradationApi(api);
    private final QuotaApi quotas = new QuotaApi(api);

    @Override
    Launch launch() {
        return Launch.patient().with(Launch.QUOTA);
    }

    @AfterEach
    void clear() {
        levels.clear();
    }

    @Test
    void whatIsThereIsNormal() {
        JsonNode status = levels.status();
        assertThat(status.path("level").asText()).isEqualTo("normal");
        assertThat(status.path("features").findValuesAsText("name")).contains(DegradationApi.READS,
                DegradationApi.LEADERBOARDS, DegradationApi.QUOTA_CHECK);
        assertThat(status.path("overrides")).isEmpty();
        assertThat(api.get("/health").json().at("/details/degradation/level").asText()).isEqualTo("normal");
    }

    @Test
    @SkipOn(deployment = Deployments.FUNCTIONS, because = "an override is of the execution environment that it reaches")
    void anOverrideIsVisibleAndEndsByItsDelete() {
        Answer set = levels.set("degraded");
        assertThat(set).isOk();
        assertThat(set.json().path("scope").asText()).isIn("node", "all");
        assertThat(levels.level()).isEqualTo("degraded");
        JsonNode status = levels.status();
        assertThat(status.at("/overrides/0/reason").asText()).isEqualTo("a test");
        assertThat(status.at("/history/0/to").asText()).isEqualTo("degraded");
        assertThat(api.get("/health").json().path("notes").toString()).contains("is degraded");
        assertThat(api.get("/health/readiness")).as("there are still answers to give").isOk();
        assertThat(api.get("/health/liveness")).isOk();
        levels.clear();
        assertThat(levels.level()).isEqualTo("normal");
    }

    @Test
    @SkipOn(deployment = Deployments.FUNCTIONS, because = "an override is of the execution environment that it reaches")
    void readsOfCountersAtEachLevel() {
        Counter known = freshCounter();
        counterApi.increment(known, 7);
        Answer exact = api.get(known.path());
        assertExact(exact);

        levels.set("degraded", DegradationApi.READS);
        Answer stale = api.get(known.path());
        assertDegraded(stale);
        assertThat(stale.json().path("value").asLong()).isEqualTo(7);
        assertThat(stale.json().path("as_of").asText()).isNotEmpty();
        assertThat(api.get(freshCounter().path())).isUnavailable().isProblem("degraded");
        assertThat(api.get(known.path() + "?consistency=strong")).isUnavailable().isProblem("degraded");
        assertThat(counterApi.increment(known, 1)).as("writes are never faked").isEqualTo(8);

        levels.set("minimal", DegradationApi.READS);
        assertThat(api.get(known.path())).isUnavailable().isProblem("degraded");
        levels.clear();
        assertThat(counterApi.value(known)).isEqualTo(8);
    }

    @Test
    @SkipOn(deployment = Deployments.FUNCTIONS, because = "an override is of the execution environment that it reaches")
    void leaderboardsAtEachLevel() {
        Counter counter = freshCounters(1).getFirst();
        counterApi.increment(counter, 3);
        String board = "/api/v1/leaderboard/" + counter.counterType();
        Answer exact = api.get(board);
        assertExact(exact);

        levels.set("degraded", DegradationApi.LEADERBOARDS);
        Answer stale = api.get(board);
        assertDegraded(stale);
        assertThat(stale.json().path("stale").booleanValue()).isTrue();
        assertThat(stale.json().path("entries")).isEqualTo(exact.json().path("entries"));

        levels.set("minimal", DegradationApi.LEADERBOARDS);
        Answer least = api.get(board);
        assertDegraded(least);
        assertThat(least.json().path("entries").isArray()).isTrue();
        assertThat(least.json().path("entries")).isEmpty();
    }

    @Test
    @SkipOn(deployment = Deployments.FUNCTIONS, because = "an override is of the execution environment that it reaches")
    void checksOfQuotasAtEachLevel() {
        String subject = seed.name("subject");
        String type = seed.name("calls");
        quotas.settle(subject, QuotaApi.limit(type, 10, "year"));
        assertThat(quotas.consume(subject, type, 4)).isOk();
        Answer exact = quotas.check(subject, type, 1);
        assertExact(exact);

        levels.set("degraded", DegradationApi.QUOTA_CHECK);
        Answer stale = quotas.check(subject, type, 6);
        assertDegraded(stale);
        assertThat(stale.json().path("stale").booleanValue()).isTrue();
        assertThat(stale.json().path("allowed").booleanValue()).isTrue();
        assertThat(stale.json().path("as_of")).isEqualTo(exact.json().path("as_of"));
        assertThat(quotas.check(subject, type, 7).json().path("allowed").booleanValue()).isFalse();

        levels.set("minimal", DegradationApi.QUOTA_CHECK);
        Answer least = quotas.check(subject, type, 1);
        assertDegraded(least);
        assertThat(least.json().path("allowed").booleanValue()).isFalse();
        assertThat(least.json().path("stale").booleanValue()).isTrue();
        assertThat(quotas.consume(subject, type, 1)).as("writes are never faked").isOk();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    {"reason":"r","ttl":"1m"}                                        | level
                    {"level":"worse","reason":"r","ttl":"1m"}                        | level
                    {"level":7,"reason":"r","ttl":"1m"}                              | level
                    {"level":"minimal","ttl":"1m"}                                   | reason
                    {"level":"minimal","reason":"","ttl":"1m"}                       | reason
                    {"level":"minimal","reason":"r"}                                 | ttl
                    {"level":"minimal","reason":"r","ttl":"25h"}                     | ttl
                    {"level":"minimal","reason":"r","ttl":60}                        | ttl
                    {"level":"minimal","reason":"r","ttl":"1m","feature":"nothing"}  | feature
                    {"level":"minimal","reason":"r","ttl":"1m","featrue":"writes"}   | featrue
                    """)
    void aWrongOverrideIsNamedAndChangesNothing(String body, String field) {
        assertThat(levels.put(body)).isInvalid(field);
        assertThat(levels.level()).isEqualTo("normal");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThat(levels.put("nonsense")).isProblem(400);
        assertThat(api.delete(DegradationApi.OVERRIDE + "?feature=nothing")).isInvalid("feature");
    }
}
