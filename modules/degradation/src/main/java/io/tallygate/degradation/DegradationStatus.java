package io.tallygate.degradation;

import java.util.List;

/**
 * How this process does.
 *
 * @param level     the worst of all features
 * @param node      this process's name
 * @param features  by name
 * @param probes    by name
 * @param overrides those that have not ended
 * @param nodes     what other processes with the same store have told, by name; for information
 * @param history   the last changes, newest first
 */
public record DegradationStatus(Level level, String node, List<FeatureStatus> features, List<ProbeStatus> probes,
        List<LevelOverride> overrides, List<NodeLevel> nodes, List<LevelChange> history) {}
