package io.tallygate.recommendation;

import io.tallygate.cache.CachePolicy;
import io.tallygate.cache.CacheSpec;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The popular items, as this process saw them last. Thread-safe; no method blocks. They are asked for again when they are old
 * and somebody comes for them, once for all who come; when that fails the last ones stay.
 */
final class RememberedPopular {

    /** How long they count as what they are now. */
    static final Duration FRESH = Duration.ofSeconds(5);

    private static final String KEY = "all";
    /** As many as an answer may have, and a history may leave out. */
    private static final int ITEMS_MAX = Recommendations.LIMIT_MAX + History.ITEMS_MAX;
    /** The most counter types that make up one list. */
    private static final int TYPES_MAX = 3;

    private final CounterTypes types;
    private final PopularItems popular;
    private final MultiLevelCache<List<Recommended>> cache;
    private volatile List<Recommended> last = List.of();

    RememberedPopular(CounterTypes types, PopularItems popular, MultiLevelCaches caches) {
        this.types = types;
        this.popular = popular;
        // What fails is not made up for here: the feature's level says what is told then.
        this.cache = caches.make(CacheSpec.<List<Recommended>>named("recommendation-popular")
                .loadedBy(_ -> load()).with(CachePolicy.DEFAULT.withEntries(1).withLives(FRESH, FRESH).withJitter(0)
                        .withNegativeLife(Duration.ZERO).withStaleLife(Duration.ZERO)
                        .withTimeouts(Stages.PATIENCE, Stages.PATIENCE)));
    }

    /** The last ones, of whatever age; none where none were seen yet. */
    List<Recommended> last() {
        return last;
    }

    /** Those of the last seconds. That there are none is not remembered, because it ends with the first interaction. */
    CompletionStage<List<Recommended>> fresh() {
        return cache.get(KEY).thenApply(cached -> cached.value().orElse(List.of()));
    }

    private CompletionStage<Optional<List<Recommended>>> load() {
        return Stages.inTermsOfCallers(() -> types.most(TYPES_MAX).thenCompose(this::top)).thenApply(items -> {
            last = items;
            return items.isEmpty() ? Optional.empty() : Optional.of(items);
        });
    }

    /** Those of the first type, then those that only the next ones have. */
    private CompletionStage<List<Recommended>> top(List<String> counterTypes) {
        var tops = counterTypes.stream().map(type -> popular.top(type, ITEMS_MAX).toCompletableFuture()).toList();
        return CompletableFuture.allOf(tops.toArray(CompletableFuture[]::new)).thenApply(_ -> {
            var byItem = new LinkedHashMap<String, Recommended>();
            tops.forEach(top -> top.join().stream().filter(item -> item.score() > 0)
                    .forEach(item -> byItem.putIfAbsent(item.resourceId(), item)));
            return new ArrayList<>(byItem.values()).stream().limit(ITEMS_MAX).toList();
        });
    }
}
