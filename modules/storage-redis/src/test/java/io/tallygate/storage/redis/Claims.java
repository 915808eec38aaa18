package io.tallygate.storage.redis;

import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Counting;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.Window;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Claims as tests make them. */
final class Claims {

    private Claims() {}

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** So long that nothing comes back while a test runs; for leases, which may not be that long, an hour. */
    static Limit limit(Algorithm algorithm, long requests) {
        return Limit.of(algorithm, requests,
                new Window.Length(algorithm == Algorithm.CONCURRENCY ? Limit.LEASE_MAX : Limit.WINDOW_MAX),
                Precision.REDIS);
    }

    static Limit limit(Algorithm algorithm, long requests, Duration window) {
        return Limit.of(algorithm, requests, new Window.Length(window), Precision.REDIS);
    }

    static LimitKey key(String domain, String user, Limit limit) {
        return LimitKey.of(domain, List.of("user", user), limit);
    }

    static Claim claim(String domain, String user, Limit limit, long hits) {
        return Claim.of(key(domain, user, limit), user, limit, hits);
    }

    static RateLimitDecision take(RateLimitStore store, Claim... claims) {
        return join(store.take(RateLimitRequest.allOf(List.of(claims))));
    }

    static RateLimitRequest leased(Claim... claims) {
        return new RateLimitRequest(List.of(claims), Counting.ALL_OR_NOTHING, false, true);
    }

    /** How many hits would pass now. */
    static long remaining(RateLimitStore store, Claim claim) {
        return join(store.peek(RateLimitRequest.allOf(List.of(claim)))).limits().getFirst().remaining();
    }
}
