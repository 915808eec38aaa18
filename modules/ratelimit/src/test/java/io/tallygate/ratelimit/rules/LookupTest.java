package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rule a descriptor finds: the fourth point of Envoy's protocol. */
final class LookupTest {

    private static final String RULES = """
            domain: d
            descriptors:
              - key: a
                value: exact
                rate_limit: {unit: day, requests_per_unit: 1}
              - key: a
                value: ex*
                rate_limit: {unit: day, requests_per_unit: 2}
              - key: a
                value: '*ct'
                rate_limit: {unit: day, requests_per_unit: 3}
              - key: a
                rate_limit: {unit: day, requests_per_unit: 4}
              - key: a
                value: free
              - key: b
                value: /api/*/users/*/posts
                rate_limit: {unit: day, requests_per_unit: 5}
              - key: c
                rate_limit: {unit: day, requests_per_unit: 6}
                descriptors:
                  - key: d
                    descriptors:
                      - key: e
                        value: v
                        rate_limit: {unit: day, requests_per_unit: 7}
              - key: c
                value: dead_end
              - key: f
                value: '*'
                rate_limit: {unit: day, requests_per_unit: 8}
              - key: x*
                rate_limit: {unit: day, requests_per_unit: 9}
              - key: xy
                rate_limit: {unit: day, requests_per_unit: 10}
              - key: xz
                value: z
                rate_limit: {unit: day, requests_per_unit: 11}
            """;

    private static long found(DomainRules rules, String... keysAndValues) {
        Rule rule = rules.find(Rules.entries(keysAndValues));
        return rule == null ? 0 : rule.limits().getFirst().limit().requests();
    }

    @ParameterizedTest
    @CsvSource({
            // The exact value, then patterns in the file's order, then the key alone.
            "a=exact, 1", "a=exa, 2", "a=ex, 2", "a=exct, 2", "a=fact, 3", "a=ct, 3", "a=other, 4", "a=, 4", "a=ex*, 2",
            // A value without a rate_limit is let through.
            "a=free, 0",
            // Stars stand for anything, also for nothing, and parts come in order.
            "b=/api/v1/users/7/posts, 5", "b=/api//users//posts, 5", "b=/api/users/posts, 0",
            "b=/api/1/users/2/posts/, 0",
            "b=/api/users/users/x/posts, 5", "f=, 8", "f=anything, 8",
            // As many entries as levels.
            "c=1, 6", "c=1 d=2, 0", "c=1 d=2 e=v, 7", "c=1 d=2 e=w, 0", "c=1 d=2 e=v g=1, 0", "a=exact c=1, 0",
            // No other branch is tried when the best one leads nowhere.
            "c=dead_end, 0", "c=dead_end d=2 e=v, 0",
            // A pattern may be for keys too, and stands in the same order.
            "x=1, 9", "xyz=1, 9", "xy=1, 9", "xz=z, 11", "xz=y, 9",
            "unknown=1, 0"})
    void descriptor_findsTheRule_thatItsEntriesDescribe(String descriptor, long requests) {
        String[] keysAndValues = descriptor.split("[= ]", -1);

        assertThat(found(Rules.read(RULES), keysAndValues)).isEqualTo(requests);
    }

    @Test
    void descriptor_withoutEntries_findsNothing() {
        assertThat(Rules.read(RULES).find(List.of())).isNull();
    }

    @Test
    void keysAndValues_thatReadTheSameJoined_areToldApart() {
        DomainRules rules = Rules.read("""
                domain: d
                descriptors:
                  - {key: a, value: b_c, rate_limit: {unit: day, requests_per_unit: 1}}
                  - {key: a_b, value: c, rate_limit: {unit: day, requests_per_unit: 2}}
                """);

        assertThat(found(rules, "a", "b_c")).isEqualTo(1);
        assertThat(found(rules, "a_b", "c")).isEqualTo(2);
    }

    /** A descriptor of a file, as the oracle keeps it. */
    private record Node(String key, String value, long requests, List<Node> children) {

        private boolean isExact(DescriptorEntry entry) {
            return !value.contains("*") && !value.isEmpty() && key.equals(entry.key()) && value.equals(entry.value());
        }

        private boolean isPattern(DescriptorEntry entry) {
            return value.contains("*") && key.equals(entry.key())
                    && Pattern.matches(("\\Q" + value + "\\E").replace("*", "\\E.*\\Q"), entry.value());
        }

        private boolean isAny(DescriptorEntry entry) {
            return value.isEmpty() && key.equals(entry.key());
        }

        private void write(StringBuilder yaml, String indent) {
            yaml.append(indent).append("- key: '").append(key).append("'\n").append(indent).append("  value: '")
                    .append(value).append("'\n");
            if (requests > 0) {
                yaml.append(indent).append("  rate_limit: {unit: day, requests_per_unit: ").append(requests)
                        .append("}\n");
            }
            if (!children.isEmpty()) {
                yaml.append(indent).append("  descriptors:\n");
                children.forEach(child -> child.write(yaml, indent + "  "));
            }
        }
    }

    private static long naive(List<Node> nodes, List<DescriptorEntry> entries) {
        DescriptorEntry entry = entries.getFirst();
        Node found = first(nodes, node -> node.isExact(entry));
        found = found == null ? first(nodes, node -> node.isPattern(entry)) : found;
        found = found == null ? first(nodes, node -> node.isAny(entry)) : found;
        if (found == null) {
            return 0;
        }
        return entries.size() == 1 ? found.requests : naive(found.children, entries.subList(1, entries.size()));
    }

    private static @Nullable Node first(List<Node> nodes, Predicate<Node> which) {
        return nodes.stream().filter(which).findFirst().orElse(null);
    }

    private static String word(Random random, String alphabet, int lengthMax) {
        var word = new StringBuilder();
        for (int length = random.nextInt(lengthMax + 1); length > 0; length--) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }

    private static List<Node> tree(Random random, int depth) {
        List<Node> nodes = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int count = random.nextInt(6); count > 0; count--) {
            String key = "k" + random.nextInt(2);
            String value = word(random, "ab*", 4);
            if (taken.add(key + '/' + value)) {
                nodes.add(new Node(key, value, random.nextInt(4) == 0 ? 0 : random.nextInt(1, 1_000_000),
                        depth == 0 ? List.of() : tree(random, depth - 1)));
            }
        }
        return nodes;
    }

    @Test
    void randomTrees_always_findWhatASearchThroughTheFileFinds() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int hits = 0;
        for (int i = 0; i < 300; i++) {
            List<Node> tree = tree(random, 2);
            var yaml = new StringBuilder("domain: d\ndescriptors:\n");
            tree.forEach(node -> node.write(yaml, "  "));
            DomainRules rules = Rules.read(yaml.toString());
            for (int j = 0; j < 100; j++) {
                List<DescriptorEntry> entries = new ArrayList<>();
                for (int depth = random.nextInt(3); depth >= 0; depth--) {
                    entries.add(new DescriptorEntry("k" + random.nextInt(2), word(random, "ab", 5)));
                }
                Rule rule = rules.find(entries);
                long expected = naive(tree, entries);
                assertThat(rule == null ? 0 : rule.limits().getFirst().limit().requests())
                        .as("seed %d: %s in%n%s", seed, entries, yaml).isEqualTo(expected);
                hits += expected > 0 ? 1 : 0;
            }
        }
        assertThat(hits).as("found at all, with seed %d", seed).isPositive();
    }
}
