package io.tallygate.handlers.recommendation;

import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Window;
import io.tallygate.recommendation.PopularItems;
import io.tallygate.recommendation.RecommendationLedger;
import io.tallygate.recommendation.Recommended;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What is popular by the leaderboards of counters. */
@Singleton
@Requires(beans = {Counters.class, RecommendationLedger.class})
final class CounterPopularity implements PopularItems {

    private final Counters counters;

    CounterPopularity(Counters counters) {
        this.counters = counters;
    }

    @Override
    public CompletionStage<List<Recommended>> top(String counterType, int limit) {
        return counters.top(counterType, Window.ALL, limit).thenApply(leaderboard -> leaderboard.entries().stream()
                .map(entry -> new Recommended(entry.resourceId(), entry.value())).toList());
    }
}
