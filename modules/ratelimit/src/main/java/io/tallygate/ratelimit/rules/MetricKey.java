package io.tallygate.ratelimit.rules;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The labels of a rule's metrics, as Envoy's reference service gives them to Prometheus with its default mapper: the
 * domain and the first two levels of the descriptor.
 *
 * @param key2 empty where the descriptor has one level
 */
public record MetricKey(String domain, String key1, String key2) {

    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    private static final Pattern DOT = Pattern.compile("\\.");

    /** All that has no series of its own. */
    static MetricKey other(String domain) {
        return of(domain, List.of("other"));
    }

    /**
     * For a domain and the names of a descriptor's levels. Like the mapper this separates parts at every dot, so a dot in
     * a name begins the next label, and what is beyond the third is left out; the dots of IPv4 addresses, colons and bars
     * become underscores before.
     */
    static MetricKey of(String domain, List<String> levels) {
        String name = domain + '.' + String.join(".", levels);
        String clean = ADDRESS.matcher(name.replace(':', '_').replace('|', '_'))
                .replaceAll(match -> match.group().replace('.', '_'));
        String[] parts = DOT.split(clean, 4);
        return new MetricKey(parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
    }
}
