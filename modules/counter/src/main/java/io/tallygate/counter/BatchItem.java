package io.tallygate.counter;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.PostingResult;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An increment as a caller asked for it. */
public sealed interface BatchItem {

    /**
     * One that can be applied.
     *
     * @param requestId the caller's name for it, by which a repetition is known; 1 to 256 bytes
     * @param userId    who made it; null when nobody says so
     */
    record Valid(Change.Add increment, @Nullable String requestId, @Nullable String userId) implements BatchItem {

        /** One that nobody is named for. */
        public Valid(Change.Add increment, @Nullable String requestId) {
            this(increment, requestId, null);
        }

        /**
         * The write of this increment alone, of which a listener is told once it is committed.
         *
         * @param listener null when there is none
         */
        public CompletionStage<PostingResult> telling(@Nullable InteractionListener listener,
                CompletionStage<PostingResult> write) {
            return listener == null || userId == null ? write : write.thenApply(result -> {
                if (result instanceof PostingResult.Committed committed && !committed.replayed()
                        && !committed.outcomes().refused(0)) {
                    tell(listener);
                }
                return result;
            });
        }

        /**
         * Tells a listener of this increment, when it is of a kind that listeners are told of.
         *
         * @param listener null when there is none
         */
        public void tell(@Nullable InteractionListener listener) {
            if (listener != null && userId != null && increment.delta() > 0) {
                listener.interacted(userId, increment.row().id(), increment.row().section());
            }
        }
    }

    /** One that breaks rules, at least one. */
    record Invalid(List<InvalidInputException> errors) implements BatchItem {}
}
