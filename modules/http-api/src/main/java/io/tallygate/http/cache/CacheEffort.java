package io.tallygate.http.cache;

import io.tallygate.cache.Effort;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.degradation.Level;
import io.tallygate.degradation.LevelChange;
import io.tallygate.degradation.LevelWatcher;
import jakarta.inject.Provider;

/** Has caches do less at a worse level: first nothing before it is needed, then nothing that is shared. Thread-safe. */
final class CacheEffort implements LevelWatcher {

    static final String FEATURE = "cache";

    private final Provider<MultiLevelCaches> caches;

    /** @param caches taken when there is need to, as what they share may wait for what is told of levels */
    CacheEffort(Provider<MultiLevelCaches> caches) {
        this.caches = caches;
    }

    @Override
    public void changed(LevelChange change) {
        if (change.feature().equals(FEATURE)) {
            caches.get().setEffort(at(change.to()));
        }
    }

    private static Effort at(Level level) {
        return switch (level) {
            case NORMAL -> Effort.FULL;
            case DEGRADED -> Effort.NO_EARLY_REFRESH;
            case MINIMAL -> Effort.LOCAL;
        };
    }
}
