package io.tallygate.recommendation;

import static io.tallygate.recommendation.RecommendationNodes.now;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How good recommendations are, on real packages and what they depend on. */
@Timeout(300)
final class RecallTest {

    private static final Path SAMPLE = Path.of("..", "..", "perf", "data", "dependencies-sample.tsv");
    private static final int ASKED = 10;
    private static final int SHARE = 5;
    private static final int ROUNDS = 5;

    private record Recall(int held, int personal, int popular) {}

    private static Map<String, List<String>> sample() throws IOException {
        var items = new TreeMap<String, List<String>>();
        for (String line : Files.readAllLines(SAMPLE)) {
            if (!line.startsWith("#")) {
                int tab = line.indexOf('\t');
                items.computeIfAbsent(line.substring(0, tab), _ -> new ArrayList<>()).add(line.substring(tab + 1));
            }
        }
        return items;
    }

    /** Holds one item of every fifth user back, and asks for it. */
    private static Recall recall(Map<String, List<String>> items, long seed) {
        var random = new Random(seed);
        var users = new ArrayList<>(items.entrySet());
        Collections.shuffle(users, random);
        var held = new TreeMap<String, String>();
        users.subList(0, users.size() / SHARE)
                .forEach(user -> held.put(user.getKey(),
                        user.getValue().get(random.nextInt(user.getValue().size()))));
        try (var nodes = new RecommendationNodes()) {
            RecommendationNodes.Node node = nodes.open();
            var touches = new ArrayList<Interaction>();
            items.forEach((user, touched) -> touched.stream().filter(item -> !item.equals(held.get(user)))
                    .forEach(item -> touches.add(nodes.touch(user, item))));
            Collections.shuffle(touches, random);
            for (int from = 0; from < touches.size(); from += Interactions.BATCH_MAX) {
                node.interactions().fold(
                        touches.subList(from, Math.min(touches.size(), from + Interactions.BATCH_MAX)), "f" + from);
            }
            List<String> popular = byPopularity(touches);
            nodes.popular.put("views", List.of());
            int personal = 0;
            int byPopularity = 0;
            for (Map.Entry<String, String> one : held.entrySet()) {
                Recommendation answer = now(node.recommendations().recommend(one.getKey(), ASKED));
                personal += answer.items().stream().anyMatch(item -> item.resourceId().equals(one.getValue())) ? 1 : 0;
                List<String> seen = Objects.requireNonNull(items.get(one.getKey()));
                byPopularity += popular.stream()
                        .filter(item -> item.equals(one.getValue()) || !seen.contains(item)).limit(ASKED).toList()
                        .contains(one.getValue()) ? 1 : 0;
            }
            return new Recall(held.size(), personal, byPopularity);
        }
    }

    private static List<String> byPopularity(List<Interaction> touches) {
        var counts = new HashMap<String, Integer>();
        touches.forEach(touch -> counts.merge(touch.resourceId(), 1, Integer::sum));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey).toList();
    }

    @Test
    void recommend_onRealData_findsClearlyMoreThanPopularityAlone() throws IOException {
        Map<String, List<String>> items = sample();
        int held = 0;
        int personal = 0;
        int popular = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Recall recall = recall(items, seed);
            held += recall.held;
            personal += recall.personal;
            popular += recall.popular;
        }

        assertThat(held).isEqualTo(ROUNDS * items.size() / SHARE);
        assertThat(personal).as("of %s held back; popularity alone finds %s", held, popular)
                .isGreaterThan(popular * 3 / 2).isGreaterThan(held * 35 / 100);
    }
}
