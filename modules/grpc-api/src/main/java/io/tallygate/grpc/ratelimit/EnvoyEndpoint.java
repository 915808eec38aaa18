package io.tallygate.grpc.ratelimit;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.grpc.Calls;
import io.tallygate.kernel.Asked;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.RateLimits;
import io.tallygate.ratelimit.rules.RuleBook;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/** Envoy's rate limit service: what any Envoy, Istio or Contour asks, answered as its reference service answers it. */
@Singleton
@Requires(classes = {RateLimits.class, RateLimitServiceGrpc.class}, beans = RateLimits.class)
final class EnvoyEndpoint extends RateLimitServiceGrpc.RateLimitServiceImplBase {

    private final RateLimits limits;
    private final RuleBook book;

    EnvoyEndpoint(RateLimits limits, RuleBook book) {
        this.limits = limits;
        this.book = book;
    }

    @Override
    public void shouldRateLimit(RateLimitRequest request, StreamObserver<RateLimitResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> check(request), EnvoyMessages::response);
    }

    /** Fails, or throws, with what its callers are told. */
    CompletionStage<CheckResult> check(RateLimitRequest request) {
        require(!request.getDomain().isEmpty(), "rate limit domain must not be empty");
        require(request.getDescriptorsCount() > 0, "rate limit descriptor list must not be empty");
        require(book.status().tried(), "no rate limit configuration loaded");
        Check check = EnvoyMessages.check(request);
        LimitQuestions.requireAllowed(check);
        return limits.check(check);
    }

    /** Envoys tell these by code and text, which are the reference service's. */
    private static void require(boolean holds, String text) {
        if (!holds) {
            throw Status.UNKNOWN.withDescription(text).asRuntimeException();
        }
    }
}
