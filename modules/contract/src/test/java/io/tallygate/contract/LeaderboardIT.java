package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The largest counters of a type. */
@SeveralInstances
class LeaderboardIT extends Suite {

    private static final Duration VISIBLE = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(strings = {"1m", "1h", "24h", "all"})
    void entriesAreInOrderOfWhatWasAddedInTheWindow(String window) {
        Windows.assumeKept(window);
        List<Counter> counters = freshCounters(5);
        long[] totals = {30, 50, 10, 40, 20};
        var operations = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < totals.length; i++) {
            // In two parts, so that an entry is a sum and not a last value.
            operations.add(Json.increment(counters.get(i), totals[i] - 1));
            operations.add(Json.increment(counters.get(i), 1));
        }
        assertThat(counterApi.batchIncrement(operations)).isOk();

        String type = counters.getFirst().counterType();
        Await.until(VISIBLE, "five entries of " + type, () -> entries(type, window, 10).size() == totals.length
                && entries(type, window, 10).get(0).path("value").longValue() == 50);
        Answer answer = api.get(path(type) + "?window=" + window + "&limit=10");
        assertThat(answer).isOk();
        assertThat(answer.json().path("window").asText()).isEqualTo(window);
        assertThat(CounterIT.instant(answer.json().path("as_of")))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
        assertThat(answer.each("entries", "rank")).containsExactly("1", "2", "3", "4", "5");
        assertThat(answer.each("entries", "value")).containsExactly("50", "40", "30", "20", "10");
        assertThat(answer.each("entries", "max_error")).as("so few are counted exactly").containsOnly("0").hasSize(5);
        assertThat(answer.each("entries", "resource_id")).containsExactly(IntStream.of(1, 3, 0, 4, 2)
                .mapToObj(i -> counters.get(i).resourceId()).toArray(String[]::new));
    }

    @Test
    void anotherTypeHasALeaderboardOfItsOwn() {
        Counter mine = freshCounters(1).getFirst();
        Counter others = new Counter(mine.resourceId(), mine.counterType() + "-other");
        counterApi.increment(mine, 1);
        counterApi.increment(others, 2);
        Await.until(VISIBLE, "one entry", () -> entries(mine.counterType(), "all", 10).size() == 1);
        assertThat(entries(mine.counterType(), "all", 10).get(0).path("value").longValue()).isEqualTo(1);
    }

    @Test
    void aTypeNobodyHasCountedHasNoEntries() {
        assertThat(entries(seed.name("nothing"), "all", 10)).isEmpty();
    }

    @Test
    void theLimitCutsTheListAndIsTenWhenNothingIsSaid() {
        List<Counter> counters = freshCounters(25);
        var operations = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < counters.size(); i++) {
            operations.add(Json.increment(counters.get(i), 100L + i));
        }
        assertThat(counterApi.batchIncrement(operations)).isOk();
        String type = counters.getFirst().counterType();
        Await.until(VISIBLE, "25 entries", () -> entries(type, "all", 1_000).size() == 25);
        assertThat(entries(type, "all", 1)).hasSize(1);
        assertThat(entries(type, "all", 1).get(0).path("value").longValue()).isEqualTo(124);
        assertThat(entries(type, "all", 7)).hasSize(7);
        Answer unlimited = api.get(path(type) + "?window=all");
        assertThat(unlimited.json().path("entries")).as("%s", unlimited).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "ten", "1.5", "", "99999999999999999999"})
    void aLimitOutsideOneToAThousandIsInvalid(String limit) {
        assertThat(api.get(path(seed.name("likes")) + "?window=all&limit=" + limit)).isInvalid("limit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2m", "1M", "60s", "week", "", "1d", "ALL%20"})
    void anUnknownWindowIsInvalid(String window) {
        assertThat(api.get(path(seed.name("likes")) + "?limit=10&window=" + window)).isInvalid("window");
    }

    @Test
    void withoutAWindowTheAnswerSaysWhichOneItIs() {
        Answer answer = api.get(path(seed.name("likes")));
        assertThat(answer).isOk();
        assertThat(answer.json().path("window").asText()).isIn("1m", "1h", "24h", "all");
    }

    @Test
    void takingAwayChangesTheOrder() {
        List<Counter> counters = freshCounters(2);
        String type = counters.getFirst().counterType();
        counterApi.increment(counters.get(0), 20);
        counterApi.increment(counters.get(1), 10);
        counterApi.increment(counters.get(0), -15);
        Await.until(VISIBLE, "the second overtakes the first", () -> {
            JsonNode entries = entries(type, "all", 10);
            return entries.size() == 2
                    && entries.get(0).path("resource_id").asText().equals(counters.get(1).resourceId())
                    && entries.get(1).path("value").longValue() == 5;
        });
    }

    @Test
    void aCounterThatWasResetDoesNotLeadWithItsOldValue() {
        List<Counter> counters = freshCounters(2);
        String type = counters.getFirst().counterType();
        counterApi.increment(counters.get(0), 20);
        counterApi.increment(counters.get(1), 10);
        assertThat(api.delete(counters.get(0).path())).hasStatus(204);
        Await.until(VISIBLE, "the other one leads", () -> {
            JsonNode entries = entries(type, "all", 10);
            return !entries.isEmpty()
                    && entries.get(0).path("resource_id").asText().equals(counters.get(1).resourceId());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"1h", "all"})
    void aTypeAndResourcesOfAnyTextAreListed(String window) {
        Windows.assumeKept(window);
        Counter counter = new Counter(seed.name("a/b 100% 👍"), seed.name("likes & views/%41 ü"));
        counterApi.increment(counter, 3);
        Await.until(VISIBLE, "one entry", () -> entries(counter.counterType(), window, 10).size() == 1);
        assertThat(entries(counter.counterType(), window, 10).get(0).path("resource_id").asText())
                .isEqualTo(counter.resourceId());
    }

    @Test
    void invalidIncrementsLeaveNoTrace() {
        Counter counter = freshCounters(1).getFirst();
        assertThat(api.post(CounterApi.INCREMENT, Json.increment(counter, 0))).hasStatus(400);
        counterApi.increment(new Counter(counter.resourceId() + "-2", counter.counterType()), 1);
        Await.until(VISIBLE, "one entry", () -> !entries(counter.counterType(), "all", 10).isEmpty());
        assertThat(entries(counter.counterType(), "all", 10)).hasSize(1);
    }

    private JsonNode entries(String type, String window, int limit) {
        Answer answer = api.get(path(type) + "?window=" + window + "&limit=" + limit);
        assertThat(answer).isOk();
        assertThat(answer.json().path("entries").isArray()).as("%s", answer).isTrue();
        return answer.json().path("entries");
    }

    private static String path(String type) {
        return "/api/v1/leaderboard/" + Counter.encode(type);
    }
}
