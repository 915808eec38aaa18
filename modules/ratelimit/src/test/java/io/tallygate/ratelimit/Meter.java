package io.tallygate.ratelimit;

import java.util.List;

/** One key of an {@link OracleStore}, at times that each call names. */
final class Meter {

    private final TestClock clock = new TestClock();
    private final OracleStore store = new OracleStore(Precision.MEMORY, clock);
    private final LimitKey key;
    private Limit limit;

    Meter(Limit limit) {
        this.limit = limit;
        this.key = LimitKey.of("test", List.of("user", "1"), limit);
    }

    /** From now on the numbers of the rule are others. */
    void become(Limit other) {
        limit = other;
    }

    LimitDecision take(long nanos, long hits) {
        return decide(nanos, RateLimitRequest.allOf(List.of(claim(hits))));
    }

    LimitDecision look(long nanos, long tested) {
        return decide(nanos, RateLimitRequest.allOf(List.of(claim(tested))).looking());
    }

    LimitDecision force(long nanos, long hits) {
        return decide(nanos, new RateLimitRequest(List.of(claim(hits)), Counting.ALL_OR_NOTHING, true, false));
    }

    /** As Envoy counts. */
    LimitDecision takeAlone(long nanos, long hits) {
        return decide(nanos, RateLimitRequest.eachOf(List.of(claim(hits))));
    }

    private Claim claim(long hits) {
        return Claim.of(key, "test", limit, hits);
    }

    private LimitDecision decide(long nanos, RateLimitRequest request) {
        clock.advance(nanos - clock.getAsLong());
        return store.decide(request).limits().getFirst();
    }
}
