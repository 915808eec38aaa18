package io.tallygate.ratelimit.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a descriptor of a rule file limits. Immutable.
 *
 * @param steps     the levels that lead to it
 * @param name      what {@code replaces} of another means; empty where it has none
 * @param replaces  the names of limits that are not taken in a request in which this rule is
 * @param unlimited whether requests pass without being counted; there are no limits then
 * @param limits    always taken together
 * @param shadow    whether it counts and reports, and never refuses
 * @param quota     whether a request is refused only when all such limits of it are used up
 * @param detailed  whether its metrics are named by all values of the request
 * @param metadata  what the file says for callers, as JSON's types
 * @param metric    the names of the levels of its metric; none where they depend on the request
 */
record Rule(List<Step> steps, String name, List<String> replaces, boolean unlimited, List<RuleLimit> limits,
        boolean shadow, boolean quota, boolean detailed, OnFailure onFailure, Map<String, @Nullable Object> metadata,
        List<String> metric) {

    static Rule of(List<Step> steps, String name, List<String> replaces, boolean unlimited, List<RuleLimit> limits,
            boolean shadow, boolean quota, boolean detailed, OnFailure onFailure,
            Map<String, @Nullable Object> metadata) {
        boolean hasOneMetric = !detailed && steps.stream().allMatch(Step::hasOneMetric);
        List<String> metric = hasOneMetric
                ? steps.stream().map(step -> step.metric(new DescriptorEntry(step.key(), step.value()))).toList()
                : List.of();
        return new Rule(steps, name, replaces, unlimited, limits, shadow, quota, detailed, onFailure, metadata, metric);
    }

    /** A rule for a limit that came with its descriptor. */
    static Rule ofOwn(List<DescriptorEntry> entries, RuleLimit limit) {
        List<Step> steps = entries.stream().map(entry -> new Step(entry.key(), entry.value(), false, false)).toList();
        return new Rule(steps, "", List.of(), false, List.of(limit), false, false, false, OnFailure.LOCAL, Map.of(),
                List.of());
    }

    /** The names of the levels of its metric, for a request's entries: as many as there are steps. */
    List<String> metric(List<DescriptorEntry> entries) {
        if (!metric.isEmpty()) {
            return metric;
        }
        List<String> levels = new ArrayList<>(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            levels.add(detailed ? step.detailedMetric(entries.get(i)) : step.metric(entries.get(i)));
        }
        return levels;
    }
}
