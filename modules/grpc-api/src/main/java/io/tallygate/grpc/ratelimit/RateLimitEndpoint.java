package io.tallygate.grpc.ratelimit;

import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.grpc.AnswerFields;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Failure;
import io.tallygate.grpc.RefusedException;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.RateLimitProblem;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.HeaderStyle;
import io.tallygate.ratelimit.rules.LimitHeaders;
import io.tallygate.ratelimit.rules.RateLimits;
import io.tallygate.ratelimit.v1.BatchCheckRequest;
import io.tallygate.ratelimit.v1.BatchCheckResponse;
import io.tallygate.ratelimit.v1.CheckRequest;
import io.tallygate.ratelimit.v1.CheckResponse;
import io.tallygate.ratelimit.v1.CheckResult;
import io.tallygate.ratelimit.v1.InfoRequest;
import io.tallygate.ratelimit.v1.InfoResponse;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc;
import io.tallygate.ratelimit.v1.ReleaseRequest;
import io.tallygate.ratelimit.v1.ReleaseResponse;
import io.tallygate.ratelimit.v1.RenewRequest;
import io.tallygate.ratelimit.v1.RenewResponse;
import io.tallygate.ratelimit.v1.ResetRequest;
import io.tallygate.ratelimit.v1.ResetResponse;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Rate limits over gRPC. */
@Singleton
@Requires(classes = RateLimits.class, beans = RateLimits.class)
final class RateLimitEndpoint extends RateLimitServiceGrpc.RateLimitServiceImplBase {

    /** More than the id of any lease has. */
    private static final int LEASE_ID_LENGTH_MAX = 8192;

    private final RateLimits limits;
    private final HeaderStyle style;

    /** @param style of the fields that answers carry */
    RateLimitEndpoint(RateLimits limits, HeaderStyle style) {
        this.limits = limits;
        this.style = style;
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
        AnswerFields fields = AnswerFields.ofThisCall();
        Calls.answer(observer, Asked.READ, () -> limits.check(LimitQuestions.check(request)), result -> {
            fields.put(fields(result));
            return LimitAnswers.check(result);
        });
    }

    @Override
    public void batchCheck(BatchCheckRequest request, StreamObserver<BatchCheckResponse> observer) {
        String requestId = Calls.requestId();
        Calls.answer(observer, Asked.READ, () -> checkEach(LimitQuestions.checks(request), requestId),
                results -> BatchCheckResponse.newBuilder().addAllResults(results).build());
    }

    private CompletionStage<List<CheckResult>> checkEach(List<Check> checks, @Nullable String requestId) {
        List<CompletableFuture<CheckResult>> results = checks.stream()
                .map(check -> checkOne(check, requestId).toCompletableFuture()).toList();
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(all -> results.stream().map(CompletableFuture::join).toList());
    }

    /** What one runs into leaves the others their answers. */
    private CompletionStage<CheckResult> checkOne(Check check, @Nullable String requestId) {
        CompletionStage<io.tallygate.ratelimit.rules.CheckResult> decided;
        try {
            decided = limits.check(check);
        } catch (RuntimeException e) {
            decided = CompletableFuture.failedStage(e);
        }
        return decided.handle((result, failure) -> failure == null
                ? CheckResult.newBuilder().setCheck(LimitAnswers.check(result)).build()
                : LimitAnswers.error(Calls.failure(failure, Asked.READ, requestId)));
    }

    @Override
    public void info(InfoRequest request, StreamObserver<InfoResponse> observer) {
        AnswerFields fields = AnswerFields.ofThisCall();
        Calls.answer(observer, Asked.READ, () -> limits.check(LimitQuestions.info(request)), result -> {
            fields.put(fields(result));
            return LimitAnswers.info(result);
        });
    }

    /** A look is not refused, and so need not come again. */
    private Map<String, String> fields(io.tallygate.ratelimit.rules.CheckResult result) {
        Map<String, String> fields = LimitHeaders.of(result, style);
        if (result.limits().allMatch(limit -> limit.claim().hits() == 0)) {
            fields.remove("Retry-After");
        }
        return fields;
    }

    @Override
    public void reset(ResetRequest request, StreamObserver<ResetResponse> observer) {
        Calls.answer(observer, Asked.DELETE,
                () -> limits.reset(request.getDomain(),
                        LimitQuestions.toReset(request.getDomain(), request.getDescriptorsList())),
                _ -> ResetResponse.getDefaultInstance());
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<RenewResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> limits.renew(leaseId(request.getLeaseId())),
                RateLimitEndpoint::renewed);
    }

    private static RenewResponse renewed(Optional<Instant> end) {
        return RenewResponse.newBuilder()
                .setExpiresAt(Values.timestamp(end.orElseThrow(() -> new RefusedException(
                        Failure.of(RateLimitProblem.UNKNOWN_LEASE, "the lease has ended, or never was")))))
                .build();
    }

    @Override
    public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> limits.release(leaseId(request.getLeaseId())),
                _ -> ReleaseResponse.getDefaultInstance());
    }

    private static String leaseId(String id) {
        if (id.isEmpty() || id.length() > LEASE_ID_LENGTH_MAX) {
            throw new InvalidInputException("lease_id", id, "must be 1 to " + LEASE_ID_LENGTH_MAX + " characters");
        }
        return id;
    }
}
