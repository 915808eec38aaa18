package io.tallygate.counter;

import io.tallygate.kernel.CommitWriter;
import io.tallygate.kernel.FlushId;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Frames of sessions as flushes. A frame takes two numbers, as any folded batch may need a second flush: the same frame
 * gives the same flushes again, and a digest of its increments is their fingerprint. Thread-safe; a session's frames come
 * one after the other.
 */
final class SessionFrames {

    private static final String PREFIX = "s:";

    private final CommitWriter<Flush, FlushResult> lanes;
    private final InstantSource clock;

    SessionFrames(CommitWriter<Flush, FlushResult> lanes, InstantSource clock) {
        this.lanes = lanes;
        this.clock = clock;
    }

    CompletionStage<FrameResult> write(String session, long sequence, List<Increment> increments) {
        if (increments.isEmpty() || increments.size() > FrameResult.INCREMENTS_MAX) {
            throw new IllegalArgumentException(
                    "increments: " + increments.size() + ", must be 1 to " + FrameResult.INCREMENTS_MAX);
        }
        var plan = new FlushPlan(new FlushId(PREFIX + session, 2 * sequence), clock.instant(),
                List.of(new Operation.Frame(increments)));
        long fingerprint = plan.digest();
        return lanes.submit(plan.flush().as(plan.flush().id(), fingerprint), increments.size())
                .thenCompose(result -> unfold(plan, fingerprint, result))
                .handle(SessionFrames::answer)
                .thenCompose(stage -> stage);
    }

    private CompletionStage<Outcomes> unfold(FlushPlan plan, long fingerprint, FlushResult result) {
        FlushId first = plan.flush().id();
        Flush second = plan.unfolded(result, new FlushId(first.writer(), first.sequence() + 1));
        return second == null
                ? CompletableFuture.completedFuture(outcomes(plan, result, Outcomes.applied()))
                : lanes.submit(second.as(second.id(), fingerprint), second.changes().size())
                        .thenApply(unfolded -> outcomes(plan, result, unfolded.changes()));
    }

    private static Outcomes outcomes(FlushPlan plan, FlushResult result, Outcomes unfolded) {
        return ((WriteResult.Committed) plan.answers(result, unfolded).getFirst()).outcomes();
    }

    private static CompletionStage<FrameResult> answer(Outcomes outcomes, Throwable failure) {
        if (failure == null) {
            return CompletableFuture.completedFuture(new FrameResult.Committed(outcomes));
        }
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        return cause instanceof StaleFlushException
                ? CompletableFuture.completedFuture(new FrameResult.CommittedBefore())
                : CompletableFuture.failedFuture(cause);
    }
}
