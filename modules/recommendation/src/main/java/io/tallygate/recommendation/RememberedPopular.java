package io.tallygate.recommendation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The popular items, as this process saw them last. Thread-safe; no method blocks. They are asked for again when they are old
 * and somebody comes for them, once for all who come; when that fails the last ones stay.
 */
final class RememberedPopular {

    /** How long they count as what they are now. */
    static final Duration FRESH = Duration.ofSeconds(5);

    /** As many as an answer may have, and a history may leave out. */
    private static final int ITEMS_MAX = Recommendations.LIMIT_MAX + History.ITEMS_MAX;
    /** The most counter types that make up one list. */
    private static final int TYPES_MAX = 3;

    private record Seen(List<Recommended> items, long nanos) {}

    private final CounterTypes types;
    private final PopularItems popular;
    private final LongSupplier ticker;
    private final AtomicReference<@Nullable CompletableFuture<List<Recommended>>> asking = new AtomicReference<>();
    private volatile @Nullable Seen last;

    /** @param ticker nanoseconds that only rise */
    RememberedPopular(CounterTypes types, PopularItems popular, LongSupplier ticker) {
        this.types = types;
        this.popular = popular;
        this.ticker = ticker;
    }

    /** The last ones, of whatever age; none where none were seen yet. */
    List<Recommended> last() {
        Seen seen = last;
        return seen == null ? List.of() : seen.items;
    }

    /** Those of the last seconds. That there are none is not remembered, because it ends with the first interaction. */
    CompletionStage<List<Recommended>> fresh() {
        Seen seen = last;
        return seen != null && !seen.items.isEmpty() && ticker.getAsLong() - seen.nanos < FRESH.toNanos()
                ? CompletableFuture.completedFuture(seen.items)
                : ask();
    }

    private CompletableFuture<List<Recommended>> ask() {
        var mine = new CompletableFuture<List<Recommended>>();
        CompletableFuture<List<Recommended>> others = asking.compareAndExchange(null, mine);
        if (others != null) {
            return others;
        }
        long begun = ticker.getAsLong();
        var _ = Stages.inTermsOfCallers(() -> types.most(TYPES_MAX).thenCompose(this::top))
                .whenComplete((items, failure) -> {
                    if (failure == null) {
                        last = new Seen(items, begun);
                    }
                    asking.set(null);
                    if (failure == null) {
                        mine.complete(items);
                    } else {
                        mine.completeExceptionally(failure);
                    }
                });
        return mine;
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
