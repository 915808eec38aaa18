package io.tallygate.degradation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All probes of this process, and the needs that settings add to features.
 *
 * @param needs by feature
 */
record Probes(List<Probe> all, Map<String, List<Need>> needs, HttpProbes http) implements AutoCloseable {

    /**
     * The features with what settings say that they need.
     *
     * @throws IllegalArgumentException when settings speak of a feature that is not there
     */
    List<Feature> added(List<Feature> features) {
        var unknown = new HashSet<>(needs.keySet());
        features.forEach(feature -> unknown.remove(feature.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(ProbeSettings.PREFIX + ".<name>.features: there is no feature "
                    + unknown.iterator().next() + " here; those are "
                    + features.stream().map(Feature::name).sorted().collect(Collectors.joining(", ")));
        }
        return features.stream().map(feature -> {
            var all = new ArrayList<>(feature.needs());
            all.addAll(needs.getOrDefault(feature.name(), List.of()));
            return new Feature(feature.name(), all);
        }).toList();
    }

    @Override
    public void close() {
        http.close();
    }
}
