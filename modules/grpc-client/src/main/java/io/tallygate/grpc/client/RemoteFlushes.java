package io.tallygate.grpc.client;

import io.grpc.Channel;
import io.grpc.Status;
import io.tallygate.grpc.connect.Detour;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushApplier;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.ForeignFlushException;
import io.tallygate.ledger.StaleFlushException;
import io.tallygate.ledger.v1.ApplyFlushRequest;
import io.tallygate.ledger.v1.ApplyFlushResponse;
import io.tallygate.ledger.v1.LedgerServiceGrpc;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A lane's calls. Confined to the lane's thread. */
final class RemoteFlushes implements FlushApplier {

    private static final int INTERNAL_ERRORS_MAX = 3;
    /** Room for an answer to as many repeated keys as a flush has, each with a memo as long as memos can be. */
    private static final int ANSWER_BYTES_MAX = 48 << 20;

    private final String service;
    private final Supplier<Channel> channel;
    private final Duration timeout;
    private final Detour detour = new Detour();
    private @Nullable FlushId failed;
    private int failures;

    /** @param service its name, for those who read of a failure */
    RemoteFlushes(String service, Supplier<Channel> channel, Duration timeout) {
        this.service = service;
        this.channel = channel;
        this.timeout = timeout;
    }

    @Override
    public FlushResult apply(Flush flush) {
        ApplyFlushRequest request = FlushMessages.of(flush);
        try {
            ApplyFlushResponse response = detour.on(LedgerServiceGrpc.newBlockingStub(channel.get()))
                    .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .withMaxInboundMessageSize(ANSWER_BYTES_MAX).applyFlush(request);
            detour.answered();
            return FlushMessages.of(response);
        } catch (RuntimeException e) {
            detour.failed();
            throw switch (Failures.reason(e)) {
                case "FOREIGN_FLUSH" -> new ForeignFlushException(flush.id());
                case "STALE_FLUSH" -> new StaleFlushException(flush.id());
                case "FLUSH_OUTCOME_UNKNOWN" -> new UnknownOutcomeException(
                        "the " + service + " service: " + e.getMessage());
                default -> isOutcomeUnknown(flush.id(), e)
                        ? Failures.unavailable(service, e)
                        : Failures.of(service, e);
            };
        }
    }

    /**
     * An internal error may have come before the flush was applied, after it, or from the network. Repeating its number is
     * safe and mostly tells; a flush that fails in this way again and again is taken as refused.
     */
    private boolean isOutcomeUnknown(FlushId id, RuntimeException failure) {
        if (Status.fromThrowable(failure).getCode() != Status.Code.INTERNAL) {
            return false;
        }
        failures = id.equals(failed) ? failures + 1 : 1;
        failed = id;
        return failures < INTERNAL_ERRORS_MAX;
    }
}
