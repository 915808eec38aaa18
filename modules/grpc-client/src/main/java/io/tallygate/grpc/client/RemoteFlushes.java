package io.tallygate.grpc.client;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A lane's calls, one at a time. */
final class RemoteFlushes implements FlushApplier {

    private static final int INTERNAL_ERRORS_MAX = 3;
    /** Room for an answer to as many repeated keys as a flush has, each with a memo as long as memos can be. */
    private static final int ANSWER_BYTES_MAX = 48 << 20;

    private final String service;
    private final Supplier<Channel> channel;
    private final Duration timeout;
    private final Detour detour = new Detour();
    /** Written when a call is over, read when the next one is: never by two threads at once. */
    private @Nullable FlushId failed;
    private int failures;

    /** @param service its name, for those who read of a failure */
    RemoteFlushes(String service, Supplier<Channel> channel, Duration timeout) {
        this.service = service;
        this.channel = channel;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<FlushResult> apply(Flush flush) {
        var call = new Call(flush.id());
        Futures.addCallback(detour.on(LedgerServiceGrpc.newFutureStub(channel.get()))
                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .withMaxInboundMessageSize(ANSWER_BYTES_MAX).applyFlush(FlushMessages.of(flush)), call,
                MoreExecutors.directExecutor());
        return call;
    }

    /** A call and its answer, which comes on a network thread. */
    private final class Call extends CompletableFuture<FlushResult> implements FutureCallback<ApplyFlushResponse> {

        private final FlushId id;

        Call(FlushId id) {
            this.id = id;
        }

        @Override
        public void onSuccess(ApplyFlushResponse response) {
            detour.answered();
            try {
                complete(FlushMessages.of(response));
            } catch (RuntimeException e) {
                onFailure(e);
            } catch (Error e) {
                // Whatever happens, the lane hears of it: it would wait for ever.
                completeExceptionally(e);
            }
        }

        @Override
        public void onFailure(Throwable failure) {
            detour.failed();
            try {
                completeExceptionally(inTermsOfStore(id, failure));
            } catch (RuntimeException | Error e) {
                completeExceptionally(e);
            }
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }

    private RuntimeException inTermsOfStore(FlushId id, Throwable failure) {
        return switch (Failures.reason(failure)) {
            case "FOREIGN_FLUSH" -> new ForeignFlushException(id);
            case "STALE_FLUSH" -> new StaleFlushException(id);
            case "FLUSH_OUTCOME_UNKNOWN" -> new UnknownOutcomeException(
                    "the " + service + " service: " + failure.getMessage());
            default -> isOutcomeUnknown(id, failure)
                    ? Failures.unavailable(service, failure)
                    : Failures.of(service, failure);
        };
    }

    /**
     * An internal error may have come before the flush was applied, after it, or from the network. Repeating its number is
     * safe and mostly tells; a flush that fails in this way again and again is taken as refused.
     */
    private boolean isOutcomeUnknown(FlushId id, Throwable failure) {
        if (Status.fromThrowable(failure).getCode() != Status.Code.INTERNAL) {
            return false;
        }
        failures = id.equals(failed) ? failures + 1 : 1;
        failed = id;
        return failures < INTERNAL_ERRORS_MAX;
    }
}
