package io.tallygate.http.recommendation;

import io.tallygate.recommendation.Recommendation;
import io.tallygate.recommendation.Recommendations;
import io.tallygate.recommendation.Recommended;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The port as a test wants it to answer: every call is written down, and may be told to fail. What recommendations are is
 * tested where they are. Thread-safe.
 */
@Singleton
public final class ScriptedRecommendations implements Recommendations {

    private final List<String> calls = new ArrayList<>();
    private @Nullable RuntimeException failure;

    synchronized void failWith(@Nullable RuntimeException failure) {
        this.failure = failure;
    }

    synchronized List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    private synchronized <T extends @Nullable Object> CompletionStage<T> answer(String call, T answer) {
        calls.add(call);
        return failure == null
                ? CompletableFuture.completedFuture(answer)
                : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<Recommendation> recommend(String userId, int limit) {
        return answer("recommend " + userId + ' ' + limit, new Recommendation(
                List.of(new Recommended("a \"b\"", 0.5), new Recommended("c", 0.25)),
                Recommendation.Source.PERSONALIZED));
    }

    @Override
    public synchronized Recommendation remembered(int limit) {
        calls.add("remembered " + limit);
        return new Recommendation(List.of(new Recommended("p", 7)), Recommendation.Source.POPULAR);
    }

    @Override
    public CompletionStage<Void> forget(String userId) {
        return this.<@Nullable Void>answer("forget " + userId, null).thenAccept(_ -> {});
    }
}
