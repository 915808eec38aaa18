package io.tallygate.ratelimit.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors that stand beside each other in a rule file. An entry is described by the one of its key and value, else
 * by the first pattern of the file that matches, else by the one of its key alone. Immutable.
 */
final class Level {

    static final Level EMPTY = new Builder().build();

    private record Pattern(Step step, Wildcard wildcard, Branch branch) {

        private static Pattern of(Step step, Branch branch) {
            boolean forKeys = Wildcard.isIn(step.key());
            return new Pattern(step, new Wildcard(forKeys ? step.text() : step.value()), branch);
        }

        private boolean isForKeys() {
            return Wildcard.isIn(step.key());
        }

        private boolean matches(String key, String value) {
            return isForKeys()
                    ? wildcard.matches(key + '_' + value)
                    : step.key().equals(key) && wildcard.matches(value);
        }
    }

    /** What is said of one key. */
    private static final class Keyed {

        private final Map<String, Branch> values = new HashMap<>();
        private final List<Pattern> patterns = new ArrayList<>();
        private @Nullable Branch any;
    }

    private final Map<String, Keyed> keys;
    /** All of them in the file's order, where one is a pattern for keys too; else none, as those of a key are enough. */
    private final List<Pattern> patterns;

    private Level(Map<String, Keyed> keys, List<Pattern> patterns) {
        this.keys = keys;
        this.patterns = patterns;
    }

    @Nullable
    Branch find(String key, String value) {
        Keyed keyed = keys.get(key);
        if (keyed == null) {
            return patterns.isEmpty() ? null : first(patterns, key, value);
        }
        Branch exact = keyed.values.get(value);
        if (exact != null) {
            return exact;
        }
        List<Pattern> candidates = patterns.isEmpty() ? keyed.patterns : patterns;
        Branch matching = candidates.isEmpty() ? null : first(candidates, key, value);
        return matching != null ? matching : keyed.any;
    }

    private static @Nullable Branch first(List<Pattern> patterns, String key, String value) {
        for (Pattern pattern : patterns) {
            if (pattern.matches(key, value)) {
                return pattern.branch;
            }
        }
        return null;
    }

    /** Takes descriptors in the file's order. For one thread. */
    static final class Builder {

        private final Set<Map.Entry<String, String>> taken = new HashSet<>();
        private final Map<String, Keyed> keys = new HashMap<>();
        private final List<Pattern> patterns = new ArrayList<>();

        /** False, and nothing is taken, when there is one of the same key and value already. */
        boolean add(Step step, Branch branch) {
            if (!taken.add(Map.entry(step.key(), step.value()))) {
                return false;
            }
            if (step.hasWildcard()) {
                Pattern pattern = Pattern.of(step, branch);
                patterns.add(pattern);
                if (!pattern.isForKeys()) {
                    keyed(step).patterns.add(pattern);
                }
            } else if (step.value().isEmpty()) {
                keyed(step).any = branch;
            } else {
                keyed(step).values.put(step.value(), branch);
            }
            return true;
        }

        private Keyed keyed(Step step) {
            return keys.computeIfAbsent(step.key(), key -> new Keyed());
        }

        Level build() {
            boolean forKeys = patterns.stream().anyMatch(Pattern::isForKeys);
            return new Level(keys, forKeys ? patterns : List.of());
        }
    }
}
