package io.tallygate.ratelimit.rules;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The metric series of all domains that have been asked for: at most {@value #SERIES_MAX} a domain, and one more,
 * {@code other}, for what comes after those. It outlives the rules, as metrics do. Thread-safe.
 */
final class MetricKeys {

    static final int SERIES_MAX = 1_000;
    /** Names of levels that are longer together have no series of their own: some rules have values of requests in them. */
    static final int NAMES_CHARS_MAX = 2_048;

    private static final class Domain {

        private final MetricKey other;
        private final Map<MetricKey, MetricKey> series = new ConcurrentHashMap<>();
        /** By what series are made of: to find one costs less than to make it again. */
        private final Map<List<String>, MetricKey> names = new ConcurrentHashMap<>();

        private Domain(String domain) {
            this.other = MetricKey.other(domain);
        }

        private MetricKey admit(MetricKey key) {
            MetricKey known = series.get(key);
            if (known != null) {
                return known;
            }
            synchronized (this) {
                return series.size() < SERIES_MAX
                        ? series.computeIfAbsent(key, same -> same)
                        : series.getOrDefault(key, other);
            }
        }

        private MetricKey named(String domain, List<String> levels) {
            MetricKey known = names.get(levels);
            if (known != null) {
                return known;
            }
            if (levels.stream().mapToInt(String::length).sum() > NAMES_CHARS_MAX) {
                return other;
            }
            MetricKey admitted = admit(MetricKey.of(domain, levels));
            if (names.size() < SERIES_MAX) {
                names.put(levels, admitted);
            }
            return admitted;
        }
    }

    private final Map<String, Domain> domains = new ConcurrentHashMap<>();

    /** The series itself, or the domain's {@code other}. */
    MetricKey admit(String domain, MetricKey key) {
        return domains.computeIfAbsent(domain, Domain::new).admit(key);
    }

    /** The series of a descriptor whose levels are named so, or the domain's {@code other}. */
    MetricKey named(String domain, List<String> levels) {
        return domains.computeIfAbsent(domain, Domain::new).named(domain, levels);
    }
}
