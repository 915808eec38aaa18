package io.tallygate.grpc.ratelimit;

import com.google.protobuf.Duration;
import io.tallygate.grpc.Failure;
import io.tallygate.grpc.Values;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.LimitReport;
import io.tallygate.ratelimit.v1.Algorithm;
import io.tallygate.ratelimit.v1.CheckError;
import io.tallygate.ratelimit.v1.CheckResponse;
import io.tallygate.ratelimit.v1.InfoResponse;
import io.tallygate.ratelimit.v1.Lease;
import io.tallygate.ratelimit.v1.LimitStatus;
import io.tallygate.ratelimit.v1.Source;

/** The domain's answers as messages. */
final class LimitAnswers {

    private static final long SECOND_NANOS = 1_000_000_000;

    private LimitAnswers() {}

    static CheckResponse check(CheckResult result) {
        var response = CheckResponse.newBuilder().setAllowed(result.allowed()).setOver(result.over())
                .setSource(source(result.source()));
        result.limits().forEach(limit -> response.addLimits(status(limit)));
        result.lease().ifPresent(lease -> response.setLease(
                Lease.newBuilder().setLeaseId(lease.id()).setExpiresAt(Values.timestamp(lease.expiresAt()))));
        if (result.exceedsLimit()) {
            response.setReason("exceeds-limit");
        }
        return response.build();
    }

    static InfoResponse info(CheckResult result) {
        var response = InfoResponse.newBuilder().setAllowed(result.allowed()).setSource(source(result.source()));
        result.limits().forEach(limit -> response.addLimits(status(limit)));
        return response.build();
    }

    /** What a check of a batch failed with. */
    static io.tallygate.ratelimit.v1.CheckResult error(Failure failure) {
        var error = CheckError.newBuilder().setReason(failure.reason()).setMessage(failure.message());
        if (!failure.errors().isEmpty()) {
            error.setField(failure.errors().getFirst().field()).addAllFieldViolations(failure.violations());
        }
        return io.tallygate.ratelimit.v1.CheckResult.newBuilder().setError(error).build();
    }

    private static LimitStatus status(LimitReport limit) {
        var status = LimitStatus.newBuilder().setName(limit.name())
                .setAlgorithm(algorithm(limit.rule().limit().algorithm()))
                .setLimit(unsigned(limit.rule().limit().requests())).setRemaining(unsigned(limit.remaining()))
                .setAllowed(limit.allowed());
        limit.windowNanos().ifPresent(nanos -> status.setWindow(duration(nanos)));
        limit.resetAfterNanos().ifPresent(nanos -> status.setResetAfter(duration(nanos)));
        limit.retryAfterNanos().ifPresent(nanos -> status.setRetryAfter(duration(nanos)));
        return status.build();
    }

    static Duration duration(long nanos) {
        return Duration.newBuilder().setSeconds(nanos / SECOND_NANOS).setNanos((int) (nanos % SECOND_NANOS)).build();
    }

    /** As 32 bits without a sign; what is more is told as their greatest. */
    static int unsigned(long count) {
        return (int) Math.min(count, 0xffff_ffffL);
    }

    private static Source source(io.tallygate.ratelimit.Source source) {
        return switch (source) {
            case STORE -> Source.SOURCE_STORE;
            case LOCAL -> Source.SOURCE_LOCAL;
            case POLICY -> Source.SOURCE_POLICY;
        };
    }

    private static Algorithm algorithm(io.tallygate.ratelimit.Algorithm algorithm) {
        return switch (algorithm) {
            case FIXED_WINDOW -> Algorithm.ALGORITHM_FIXED_WINDOW;
            case TOKEN_BUCKET -> Algorithm.ALGORITHM_TOKEN_BUCKET;
            case SLIDING_WINDOW -> Algorithm.ALGORITHM_SLIDING_WINDOW;
            case SLIDING_LOG -> Algorithm.ALGORITHM_SLIDING_LOG;
            case CONCURRENCY -> Algorithm.ALGORITHM_CONCURRENCY;
        };
    }
}
