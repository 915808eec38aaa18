package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Which claims of a request take effect. */
class RoundTest {

    private static final Duration MINUTE_LENGTH = Duration.ofMinutes(1);
    private static final Window MINUTE = new Window.Length(MINUTE_LENGTH);

    private final TestClock clock = new TestClock();
    private final OracleStore store = new OracleStore(Precision.MEMORY, clock);

    private static Claim claim(String user, Algorithm algorithm, long requests, long hits) {
        Limit limit = Limit.of(algorithm, requests, MINUTE, Precision.MEMORY);
        return Claim.of(LimitKey.of("test", List.of("user", user), limit), user, limit, hits);
    }

    private static Claim bucket(String user, long requests, long hits) {
        return claim(user, Algorithm.TOKEN_BUCKET, requests, hits);
    }

    private static Claim window(String user, long requests, long hits) {
        return claim(user, Algorithm.FIXED_WINDOW, requests, hits);
    }

    private long remaining(Claim claim) {
        return store.decide(RateLimitRequest.allOf(List.of(claim)).looking()).limits().getFirst().remaining();
    }

    private RateLimitDecision allOf(Claim... claims) {
        return store.decide(RateLimitRequest.allOf(List.of(claims)));
    }

    private RateLimitDecision eachOf(Claim... claims) {
        return store.decide(RateLimitRequest.eachOf(List.of(claims)));
    }

    @Test
    void allOrNothing_oneDenies_noneCounts() {
        RateLimitDecision decision = allOf(window("a", 10, 3), bucket("b", 10, 11), bucket("c", 10, 3));

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.limits()).extracting(LimitDecision::allowed).containsExactly(true, false, true);
        assertThat(decision.limits()).extracting(LimitDecision::remaining).containsExactly(10L, 10L, 10L);
        assertThat(allOf(window("a", 10, 3), bucket("b", 10, 10), bucket("c", 10, 3)).limits())
                .extracting(LimitDecision::remaining).containsExactly(7L, 0L, 7L);
    }

    @Test
    void allOrNothing_manyDeny_retryAfterIsTheLargestOfThose() {
        allOf(window("a", 1, 1), bucket("b", 2, 2), window("c", 5, 1));

        RateLimitDecision decision = allOf(window("a", 1, 1), bucket("b", 2, 1), window("c", 5, 1));

        assertThat(decision.retryAfterNanos()).hasValue(Duration.ofMinutes(1).toNanos());
        assertThat(allOf(bucket("b", 2, 1), window("c", 5, 1)).retryAfterNanos())
                .hasValue(Duration.ofSeconds(30).toNanos());
        assertThat(allOf(bucket("b", 2, 3), window("a", 1, 1))).matches(RateLimitDecision::exceedsLimit)
                .extracting(RateLimitDecision::retryAfterNanos).isEqualTo(OptionalLong.empty());
        assertThat(allOf(window("c", 5, 1)).retryAfterNanos()).isEmpty();
    }

    @Test
    void allOrNothing_claimThatIsNotEnforced_neverDeniesAndCountsWhatFits() {
        assertThat(allOf(window("a", 10, 3), bucket("b", 2, 3).notEnforced()))
                .matches(RateLimitDecision::allowed)
                .satisfies(decision -> assertThat(decision.limits()).extracting(LimitDecision::allowed)
                        .containsExactly(true, false));
        assertThat(remaining(bucket("b", 2, 1))).isEqualTo(2);
        assertThat(allOf(window("a", 10, 3), bucket("b", 2, 2).notEnforced()).allowed()).isTrue();
        assertThat(remaining(bucket("b", 2, 1))).isZero();
    }

    @Test
    void allOrNothing_denied_countsNothingThatIsNotEnforcedAndGivesNothingBack() {
        allOf(window("back", 10, 5));

        RateLimitDecision decision = allOf(window("a", 1, 2), bucket("b", 9, 1).notEnforced(), window("back", 10, -5));

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.limits()).extracting(LimitDecision::remaining).containsExactly(1L, 9L, 5L);
        assertThat(allOf(window("a", 1, 1), window("back", 10, -5)).limits())
                .extracting(LimitDecision::remaining).containsExactly(0L, 10L);
    }

    @Test
    void allOrNothing_oneKeyTwice_countsTheSum() {
        for (Algorithm algorithm : Algorithm.values()) {
            Claim three = claim("twice", algorithm, 5, 3);

            assertThat(allOf(three, three)).as(algorithm.code()).matches(decision -> !decision.allowed())
                    .satisfies(decision -> assertThat(decision.limits()).extracting(LimitDecision::allowed)
                            .containsExactly(true, false));
            assertThat(remaining(three)).as(algorithm.code()).isEqualTo(5);
            assertThat(allOf(three, claim("twice", algorithm, 5, 2)).allowed()).as(algorithm.code()).isTrue();
            assertThat(remaining(three)).as(algorithm.code()).isZero();
        }
    }

    @Test
    void allOrNothing_oneKeyTwiceIsDenied_retryAfterIsWhenBothPass() {
        for (Algorithm algorithm : Algorithm.values()) {
            Claim two = claim("again", algorithm, 5, 2);
            allOf(two);

            RateLimitDecision denied = allOf(two, two);

            assertThat(denied.allowed()).as(algorithm.code()).isFalse();
            assertThat(denied.exceedsLimit()).as(algorithm.code()).isFalse();
            clock.advance(denied.retryAfterNanos().orElseThrow());
            assertThat(allOf(two, two).allowed()).as(algorithm.code()).isTrue();
            clock.advance(MINUTE_LENGTH.multipliedBy(3));
            Claim three = claim("again", algorithm, 5, 3);
            assertThat(allOf(three, three)).as(algorithm.code())
                    .matches(decision -> decision.exceedsLimit() && decision.retryAfterNanos().isEmpty());
        }
    }

    @Test
    void each_oneDenies_theOthersCount() {
        RateLimitDecision decision = eachOf(bucket("a", 10, 3), bucket("b", 10, 11).inGroup(1),
                bucket("c", 10, 3).inGroup(2));

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.limits()).extracting(LimitDecision::remaining).containsExactly(7L, 10L, 7L);
    }

    @Test
    void each_limitsOfOneGroup_standOrFallTogether() {
        RateLimitDecision decision = eachOf(window("a", 10, 3), window("b", 2, 3), bucket("c", 10, 3).inGroup(1));

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.limits()).extracting(LimitDecision::remaining).containsExactly(10L, 2L, 7L);
    }

    @Test
    void each_fixedWindowAlone_countsOnWhenOver() {
        assertThat(eachOf(window("a", 2, 3)).allowed()).isFalse();
        assertThat(eachOf(window("a", 2, 1)).allowed()).isFalse();
        assertThat(eachOf(window("a", 2, 1)).limits().getFirst().used()).isEqualTo(5);
        assertThat(eachOf(bucket("b", 2, 3), window("c", 2, 1).inGroup(1)).limits())
                .extracting(LimitDecision::remaining).containsExactly(2L, 1L);
    }

    @Test
    void each_fixedWindowThatIsNotEnforced_countsOnAndNeverDenies() {
        assertThat(eachOf(window("a", 2, 3).notEnforced()))
                .matches(RateLimitDecision::allowed)
                .satisfies(decision -> assertThat(decision.limits().getFirst().allowed()).isFalse());
        assertThat(remaining(window("a", 4, 1))).isEqualTo(1);
    }

    @Test
    void look_envoys_asksWhetherTheLimitIsKept() {
        Limit limit = Limit.of(Algorithm.FIXED_WINDOW, 2, MINUTE, Precision.MEMORY);
        LimitKey key = LimitKey.of("test", List.of("user", "a"), limit);
        var look = new Claim(key, "a", limit, 0, 0, true, 0);

        eachOf(window("a", 2, 2));
        assertThat(eachOf(look).allowed()).isTrue();
        assertThat(eachOf(window("a", 2, 0)).allowed()).isFalse();
        eachOf(window("a", 2, 1));
        assertThat(eachOf(look)).matches(decision -> !decision.allowed())
                .satisfies(decision -> assertThat(decision.limits().getFirst().used()).isEqualTo(3));
    }

    @Test
    void force_whatDoesNotFit_countsAll() {
        var request = new RateLimitRequest(List.of(window("a", 2, 3), bucket("b", 10, 3)), Counting.ALL_OR_NOTHING,
                true,
                false);

        RateLimitDecision decision = store.decide(request);

        assertThat(decision.allowed()).isTrue();
        assertThat(decision.limits()).extracting(LimitDecision::over).containsExactly(true, false);
        assertThat(decision.limits()).extracting(LimitDecision::remaining).containsExactly(0L, 7L);
        assertThat(store.decide(request.looking()).allowed()).isFalse();
    }

    @Test
    void givenBack_request_restoresIt() {
        RateLimitRequest request = RateLimitRequest.allOf(List.of(window("a", 5, 3), bucket("b", 5, 2)));
        store.decide(request);

        assertThat(store.refund(request).toCompletableFuture().join().limits())
                .extracting(LimitDecision::remaining).containsExactly(5L, 5L);
    }

    @Test
    void request_outOfBounds_isRefused() {
        Claim claim = window("a", 5, 1);

        assertThatThrownBy(() -> RateLimitRequest.allOf(List.of())).hasMessageContaining("claims: 0");
        assertThatThrownBy(() -> RateLimitRequest.allOf(Collections.nCopies(161, claim)))
                .hasMessageContaining("claims: 161");
        assertThatThrownBy(() -> RateLimitRequest.eachOf(List.of(claim.inGroup(1), claim)))
                .hasMessageContaining("groups must not fall");
        assertThatThrownBy(() -> window("a", 5, Limit.REQUESTS_MAX + 1)).hasMessageContaining("hits");
        assertThatThrownBy(() -> new Claim(claim.key(), "a", claim.limit(), 2, 1, true, 0))
                .hasMessageContaining("tested");
        assertThat(Source.LOCAL.code()).isEqualTo("local");
    }
}
