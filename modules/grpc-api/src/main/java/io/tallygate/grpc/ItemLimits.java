package io.tallygate.grpc;

import io.grpc.Context;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Limits what comes on one stream after it was opened. Thread-safe. */
@FunctionalInterface
public interface ItemLimits {

    /** Set around the start of a stream that is limited. */
    Context.Key<ItemLimits> KEY = Context.key("tallygate-item-limits");

    /** Those of the stream that is being begun; null where nothing limits it. */
    static @Nullable ItemLimits ofThisCall() {
        return KEY.get();
    }

    /**
     * Counts items, all of them or none.
     *
     * @param items from 1
     * @return empty when they may pass; else the refusal, as of a call
     */
    CompletionStage<Optional<Failure>> take(int items);
}
