package io.tallygate.degradation;

import io.tallygate.degradation.DegradationAdmin.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The overrides of this process, which nobody else has. Thread-safe. At most one for each feature. */
class Overrides {

    /** In place of a feature's name. No feature has it. */
    static final String ALL = "*";

    private final Map<String, LevelOverride> own = new TreeMap<>();

    static String key(@Nullable String feature) {
        return feature == null ? ALL : feature;
    }

    /** Those that are not over, by feature. */
    synchronized Map<String, LevelOverride> inEffect(Instant now) {
        own.values().removeIf(override -> override.isOver(now));
        return Map.copyOf(own);
    }

    /** In effect here at once; tells whom it reached. */
    CompletionStage<Scope> set(LevelOverride override) {
        keep(override);
        return CompletableFuture.completedFuture(Scope.NODE);
    }

    /** The same. */
    CompletionStage<Scope> clear(@Nullable String feature) {
        forget(feature);
        return CompletableFuture.completedFuture(Scope.NODE);
    }

    final synchronized void keep(LevelOverride override) {
        own.put(key(override.feature()), override);
    }

    final synchronized void forget(@Nullable String feature) {
        own.remove(key(feature));
    }

    final synchronized boolean forgetIfItIs(LevelOverride override) {
        return own.remove(key(override.feature()), override);
    }

    /** Called a few times a second; never waits. */
    void look(@SuppressWarnings("unused") long now) {}

    /** This process's level, for others. */
    void tell(@SuppressWarnings("unused") Level level) {}

    /** What other processes have told. */
    synchronized List<NodeLevel> nodes(@SuppressWarnings("unused") Instant now) {
        return List.of();
    }
}
