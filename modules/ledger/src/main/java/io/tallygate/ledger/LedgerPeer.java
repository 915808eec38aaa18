package io.tallygate.ledger;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A process with a store, as the other processes of its deployment use it. Thread-safe; no method blocks. A stage fails
 * with an {@link io.tallygate.kernel.UnavailableException} when the store, or this process, cannot serve it now.
 */
public interface LedgerPeer extends FlushApplier {

    /**
     * {@inheritDoc}
     *
     * <p>It shares a commit with all that waits. It fails with {@link StaleFlushException} only when this process tried it once,
     * and also with an {@link io.tallygate.kernel.UnavailableException}.
     */
    @Override
    CompletionStage<FlushResult> apply(Flush flush);

    /**
     * Applies a frame of a session once, by its number: a frame that is sent again, to this or another process on the same
     * store, counts once. The caller sends a session's frames one after the other.
     *
     * @param session  unique among all sessions, at most 200 bytes
     * @param sequence from 1, rising with every frame
     * @param adds     1 to {@value FrameResult#ADDS_MAX}; the same when the frame is sent again
     * @return fails with {@link ForeignFlushException} when the number belongs to a frame with other adds
     */
    CompletionStage<FrameResult> write(String session, long sequence, List<Change.Add> adds);
}
