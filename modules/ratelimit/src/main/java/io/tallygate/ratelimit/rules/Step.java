package io.tallygate.ratelimit.rules;

/**
 * One level of a rule's path: which entries it describes, and what of them its metric and its state are named by.
 *
 * @param key           an entry's key, or a pattern for it
 * @param value         an entry's value, or a pattern for it; empty where any value will do
 * @param valueToMetric whether the metric is named by the value of the request where the rule has none of its own
 * @param shared        whether all values of the pattern have one state
 */
record Step(String key, String value, boolean valueToMetric, boolean shared) {

    /** As people and metrics name it. */
    String text() {
        return value.isEmpty() ? key : key + '_' + value;
    }

    boolean hasWildcard() {
        return Wildcard.isIn(key) || Wildcard.isIn(value);
    }

    /** Whether the metric is named the same for every entry that the step describes. */
    boolean hasOneMetric() {
        return !Wildcard.isIn(key) && (shared || !valueToMetric || !(value.isEmpty() || hasWildcard()));
    }

    /** What the state is named by: the value of the request, or the pattern where all its values share one state. */
    String stateValue(DescriptorEntry entry) {
        return shared ? pattern(entry) : entry.value();
    }

    /** What the metric is named by, as Envoy's reference service does. */
    String metric(DescriptorEntry entry) {
        String named;
        if (shared) {
            named = pattern(entry);
        } else if (valueToMetric) {
            named = entry.value();
        } else {
            named = hasWildcard() ? pattern(entry) : value;
        }
        return named.isEmpty() ? entry.key() : entry.key() + '_' + named;
    }

    /** What it is named by where every value is to be seen. */
    String detailedMetric(DescriptorEntry entry) {
        return shared ? metric(entry) : entry.key() + '_' + entry.value();
    }

    /** The pattern of the value; a pattern that is for the key too is taken without what the entry's key says. */
    private String pattern(DescriptorEntry entry) {
        String text = text();
        String prefix = entry.key() + '_';
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }
}
