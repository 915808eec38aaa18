package io.tallygate.recommendation;

import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.WrongTypeException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Recommendations from what {@link LedgerInteractions} folds. */
final class LedgerRecommendations implements Recommendations {

    private final Ledger ledger;
    private final KnownItems items;
    private final RememberedPopular popular;
    private final InstantSource clock;

    LedgerRecommendations(Ledger ledger, KnownItems items, RememberedPopular popular, InstantSource clock) {
        this.ledger = ledger;
        this.items = items;
        this.popular = popular;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Recommendation> recommend(String userId, int limit) {
        return Stages.inTermsOfCallers(() -> {
            require(userId, limit);
            // Also where it is not needed now, so that it is there when it is all that there is.
            CompletionStage<List<Recommended>> known = popular.fresh();
            return ledger.documents(List.of(RecommendationRows.history(userId)))
                    .thenApply(found -> RecommendationDocuments.history(found.getFirst()))
                    .thenCompose(history -> history.items().isEmpty()
                            ? known.thenApply(items -> popular(items, history, limit))
                            : personal(history, limit, known));
        });
    }

    private CompletionStage<Recommendation> personal(History history, int limit,
            CompletionStage<List<Recommended>> known) {
        return items.of(history.items()).thenCompose(counts -> {
            List<Recommended> best = Scores.best(history, counts, limit);
            return best.isEmpty()
                    ? known.thenApply(popular -> popular(popular, history, limit))
                    : CompletableFuture.completedFuture(
                            new Recommendation(best, Recommendation.Source.PERSONALIZED));
        });
    }

    private static Recommendation popular(List<Recommended> popular, History history, int limit) {
        return Recommendation.of(
                popular.stream().filter(item -> !history.has(item.resourceId())).limit(limit).toList(),
                Recommendation.Source.POPULAR);
    }

    @Override
    public Recommendation remembered(int limit) {
        return popular(popular.last(), History.EMPTY, limit);
    }

    private static void require(String userId, int limit) {
        Ids.require("user_id", userId);
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidInputException("limit", Integer.toString(limit),
                    "must be an integer from 1 to " + LIMIT_MAX);
        }
    }

    @Override
    public CompletionStage<Void> forget(String userId) {
        return Stages.inTermsOfCallers(() -> {
            Ids.require("user_id", userId);
            var put = new Change.Put(RecommendationRows.history(userId), Change.ANY,
                    RecommendationDocuments.history(History.forgotten(clock.instant())));
            return ledger.post(new Posting(List.of(put))).thenAccept(LedgerRecommendations::requireDone);
        });
    }

    private static void requireDone(PostingResult result) {
        switch (result) {
            case PostingResult.Committed committed -> {
                if (committed.outcomes().refused(0)) {
                    throw new WrongTypeException("what is in the place of a history is something else");
                }
            }
            case PostingResult.KeyReused _ -> throw new IllegalStateException("a posting without a key has one");
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
        }
    }
}
