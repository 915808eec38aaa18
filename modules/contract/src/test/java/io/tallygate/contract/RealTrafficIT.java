package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Traffic as skewed as life: names and monthly downloads of real packages, from the most popular down to the many that
 * are hardly asked for. Each draw counts one download of a package, chosen by its share.
 */
class RealTrafficIT extends Suite {

    private static final String SAMPLE = "/popularity-sample.tsv";
    private static final int CLIENTS = 8;
    private static final int BATCHES = 10;
    private static final int BATCH_SIZE = 200;
    private static final int SINGLES = 50;
    private static final Duration VISIBLE = Duration.ofSeconds(30);

    private final List<String> names = new ArrayList<>();
    private final List<Long> cumulated = new ArrayList<>();

    @Test
    void everyDownloadIsCountedOnceAndTheLeaderboardIsInOrder() {
        readSample();
        String type = seed.name("downloads");
        Map<String, Long> expected = replay(type);
        for (Map.Entry<String, Long> total : expected.entrySet()) {
            assertThat(counterApi.cachedValue(new Counter(total.getKey(), type))).as("%s (%s)", total.getKey(), seed)
                    .isEqualTo(total.getValue());
        }
        for (String window : Windows.kept("all", "1m")) {
            Await.until(VISIBLE, "every package is on the leaderboard " + window,
                    () -> entries(type, window).size() == expected.size());
            assertLeaderboard(entries(type, window), expected);
        }
    }

    /** Returns what the clients have counted. */
    private Map<String, Long> replay(String type) {
        List<Map<String, Long>> counted = Clients.atOnce(CLIENTS, client -> {
            RandomGenerator random = seed.random(client);
            var mine = new HashMap<String, Long>();
            for (int i = 0; i < BATCHES; i++) {
                var operations = new ArrayList<Map<String, Object>>();
                for (int j = 0; j < BATCH_SIZE; j++) {
                    String name = draw(random);
                    operations.add(Json.increment(new Counter(name, type), 1));
                    mine.merge(name, 1L, Long::sum);
                }
                Answer answer = counterApi.batchIncrement(operations);
                assertThat(answer).isOk();
            }
            for (int i = 0; i < SINGLES; i++) {
                String name = draw(random);
                counterApi.increment(new Counter(name, type), 1);
                mine.merge(name, 1L, Long::sum);
            }
            return mine;
        });
        return counted.stream().flatMap(mine -> mine.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum));
    }

    private void assertLeaderboard(JsonNode entries, Map<String, Long> expected) {
        long before = Long.MAX_VALUE;
        int rank = 1;
        for (JsonNode entry : entries) {
            long value = entry.path("value").longValue();
            long error = entry.path("max_error").longValue();
            String name = entry.path("resource_id").asText();
            assertThat(entry.path("rank").intValue()).as("rank of %s", entry).isEqualTo(rank++);
            assertThat(value).as("%s comes after %d", entry, before).isLessThanOrEqualTo(before);
            assertThat(Math.abs(value - Objects.requireNonNullElse(expected.get(name), 0L)))
                    .as("how far %s is from %s (%s)", entry, expected.get(name), seed).isLessThanOrEqualTo(error);
            assertThat(error).as("a few hundred are counted exactly: %s", entry).isZero();
            before = value;
        }
    }

    private JsonNode entries(String type, String window) {
        Answer answer = api.get("/api/v1/leaderboard/" + Counter.encode(type) + "?window=" + window + "&limit=1000");
        assertThat(answer).isOk();
        return answer.json().path("entries");
    }

    private String draw(RandomGenerator random) {
        long place = random.nextLong(cumulated.getLast());
        int low = 0;
        int high = cumulated.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulated.get(middle) > place) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return names.get(low);
    }

    private void readSample() {
        var stream = Objects.requireNonNull(RealTrafficIT.class.getResourceAsStream(SAMPLE), SAMPLE);
        try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            long sum = 0;
            for (String line : lines.lines().skip(1).toList()) {
                String[] columns = line.split("\t", 2);
                names.add(columns[0]);
                sum += Long.parseLong(columns[1]);
                cumulated.add(sum);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(names).as("the sample").hasSizeGreaterThan(250).contains("semver");
    }
}
