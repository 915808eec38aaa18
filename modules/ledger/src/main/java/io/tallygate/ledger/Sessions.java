package io.tallygate.ledger;

import io.tallygate.kernel.CommitWriter;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StageFailures;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Frames of sessions as flushes. A frame takes two numbers, as any folded batch may need a second flush: the same frame
 * gives the same flushes again, and a digest of its adds is their fingerprint. Thread-safe; a session's frames come
 * one after the other.
 */
final class Sessions {

    private static final String PREFIX = "s:";

    private final CommitWriter<Flush, FlushResult> lanes;
    private final InstantSource clock;

    Sessions(CommitWriter<Flush, FlushResult> lanes, InstantSource clock) {
        this.lanes = lanes;
        this.clock = clock;
    }

    CompletionStage<FrameResult> write(String session, long sequence, List<Change.Add> adds) {
        if (adds.isEmpty() || adds.size() > FrameResult.ADDS_MAX) {
            throw new IllegalArgumentException("adds: " + adds.size() + ", must be 1 to " + FrameResult.ADDS_MAX);
        }
        var plan = new FlushPlan(new FlushId(PREFIX + session, 2 * sequence), clock.instant(),
                List.of(new Posting(adds)));
        long fingerprint = plan.digest();
        return lanes.submit(plan.flush().as(plan.flush().id(), fingerprint), adds.size(), plan.flush().bytes())
                .thenCompose(result -> unfold(plan, fingerprint, result))
                .handle(Sessions::answer)
                .thenCompose(stage -> stage);
    }

    private CompletionStage<Outcomes> unfold(FlushPlan plan, long fingerprint, FlushResult result) {
        FlushId first = plan.flush().id();
        Flush second = plan.unfolded(result, new FlushId(first.writer(), first.sequence() + 1));
        return second == null
                ? CompletableFuture.completedFuture(outcomes(plan, result, Outcomes.applied()))
                : lanes.submit(second.as(second.id(), fingerprint), second.size(), second.bytes())
                        .thenApply(unfolded -> outcomes(plan, result, committed(unfolded.postings().getFirst())));
    }

    private static Outcomes outcomes(FlushPlan plan, FlushResult result, Outcomes unfolded) {
        return committed(plan.answers(result, unfolded).getFirst());
    }

    /** A frame has no key and no bounds of the whole, so nothing else can have become of it. */
    private static Outcomes committed(PostingResult result) {
        return ((PostingResult.Committed) result).outcomes();
    }

    private static CompletionStage<FrameResult> answer(Outcomes outcomes, Throwable failure) {
        if (failure == null) {
            return CompletableFuture.completedFuture(new FrameResult.Committed(outcomes));
        }
        Throwable cause = StageFailures.cause(failure);
        return cause instanceof StaleFlushException
                ? CompletableFuture.completedFuture(new FrameResult.CommittedBefore())
                : CompletableFuture.failedFuture(cause);
    }
}
