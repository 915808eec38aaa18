package io.tallygate.http.counter;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Window;
import io.tallygate.degradation.Degradation;
import io.tallygate.degradation.LastKnown;
import io.tallygate.http.Degraded;
import io.tallygate.kernel.DegradedException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Leaderboards, as well as they can be served: exact, else as they were answered here last, else empty. Thread-safe; no method
 * blocks.
 */
@Singleton
@Requires(beans = Counters.class)
final class LeaderboardReads {

    static final String FEATURE = "leaderboards";
    /** Each may have 1,000 entries. */
    private static final int KNOWN_MAX = 1 << 8;

    private record Board(String counterType, Window window) {}

    private final Counters counters;
    private final Degradation degradation;
    private final InstantSource clock = InstantSource.system();
    private final LastKnown<Board, Leaderboard> known = new LastKnown<>(KNOWN_MAX, Object::equals);

    LeaderboardReads(Counters counters, Degradation degradation) {
        this.counters = counters;
        this.degradation = degradation;
    }

    /** As {@link Counters#top}. */
    CompletionStage<HttpResponse<byte[]>> top(String counterType, Window window, int limit) {
        var board = new Board(counterType, window);
        return degradation.runAsync(FEATURE, () -> counters.top(counterType, window, limit).thenApply(answer -> {
            note(board, answer, limit);
            return CounterAnswers.leaderboard(answer);
        }), () -> CompletableFuture.completedFuture(Degraded.mark(CounterAnswers.staleLeaderboard(last(board, limit)))),
                () -> CompletableFuture.completedFuture(Degraded.mark(CounterAnswers
                        .staleLeaderboard(new Leaderboard(window, List.of(), clock.instant())))));
    }

    /** One that was asked for in full length is not given up for a shorter one, unless that is a good deal newer. */
    private void note(Board board, Leaderboard answer, int limit) {
        Leaderboard last = known.find(board);
        if (last == null || last.entries().size() <= limit || answer.entries().size() < limit
                || isOld(last.asOf(), answer.asOf())) {
            known.note(board, answer);
        }
    }

    private static boolean isOld(Instant one, Instant other) {
        return one.plusSeconds(60).isBefore(other);
    }

    private Leaderboard last(Board board, int limit) {
        Leaderboard last = known.find(board);
        if (last == null) {
            throw new DegradedException(FEATURE);
        }
        return last.entries().size() <= limit
                ? last
                : new Leaderboard(last.window(), last.entries().subList(0, limit), last.asOf());
    }
}
