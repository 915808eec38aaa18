package io.tallygate.grpc.ratelimit;

import com.google.rpc.QuotaFailure;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Failure;
import io.tallygate.kernel.Asked;
import io.tallygate.ratelimit.RateLimitProblem;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.LimitHeaders;
import io.tallygate.ratelimit.rules.LimitReport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the guard ends calls. */
final class GuardRefusals {

    private static final int VIOLATIONS_BYTES_MAX = Failure.DETAILS_BYTES_MAX / 2;
    private static final int ENVELOPE_BYTES = 4;

    private GuardRefusals() {}

    /** Ends a call that limits refuse. */
    static void refuse(ServerCall<?, ?> call, CheckResult result) {
        close(call, failure(result).exception());
    }

    /** What limits refuse with. */
    static Failure failure(CheckResult result) {
        List<LimitReport> denied = result.limits().filter(limit -> !limit.allowed()).toList();
        String limit = denied.isEmpty() ? "a limit" : "the limit " + denied.getFirst().name();
        return Failure.of(RateLimitProblem.RATE_LIMITED, limit + " does not leave that much; nothing was done")
                .curedAfter(wait(result)).with(violations(denied));
    }

    /** Ends a call about which a question could not be answered. */
    static void fail(ServerCall<?, ?> call, Throwable failure, @Nullable String requestId) {
        close(call, Calls.status(failure, Asked.READ, requestId));
    }

    /** When it passes, as {@code Retry-After} says it; zero when it is allowed, or never will be. */
    private static Duration wait(CheckResult result) {
        return Duration.ofSeconds(LimitHeaders.retryAfterSeconds(result).orElse(0));
    }

    /** As many as the trailers of a call have room for. */
    private static QuotaFailure violations(List<LimitReport> denied) {
        var failure = QuotaFailure.newBuilder();
        int bytes = 0;
        for (LimitReport limit : denied) {
            var violation = QuotaFailure.Violation.newBuilder().setSubject(limit.name())
                    .setDescription(limit.remaining() + " of " + limit.rule().limit().requests() + " are left").build();
            bytes += violation.getSerializedSize() + ENVELOPE_BYTES;
            if (bytes > VIOLATIONS_BYTES_MAX) {
                break;
            }
            failure.addViolations(violation);
        }
        return failure.build();
    }

    private static void close(ServerCall<?, ?> call, StatusRuntimeException exception) {
        Metadata trailers = exception.getTrailers();
        call.close(exception.getStatus(), trailers == null ? new Metadata() : trailers);
    }
}
