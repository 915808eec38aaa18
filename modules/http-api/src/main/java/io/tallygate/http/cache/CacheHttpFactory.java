package io.tallygate.http.cache;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.degradation.Feature;
import io.tallygate.degradation.LevelWatcher;
import io.tallygate.degradation.Need;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/** Has caches follow the level of the process. */
@Factory
@Requires(beans = MultiLevelCaches.class)
final class CacheHttpFactory {

    /** Nobody runs it: caches answer at every level. Without the store they ask it for nothing that is not needed yet. */
    @Singleton
    Feature cache() {
        return new Feature(CacheEffort.FEATURE, Need.useful(Need.STORE), Need.critical(Need.SHARED_CACHE));
    }

    @Singleton
    LevelWatcher cacheEffort(Provider<MultiLevelCaches> caches) {
        return new CacheEffort(caches);
    }
}
