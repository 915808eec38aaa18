package io.tallygate.counter;

import java.util.concurrent.CompletionStage;

/** A process's share of windows, as the other processes of its deployment ask for it. Thread-safe; no method blocks. */
public interface WindowShares {

    /**
     * What this process committed to a counter type within a window other than {@link Window#ALL}.
     *
     * @return fails with an {@link io.tallygate.kernel.UnavailableException} when it cannot be served now
     */
    CompletionStage<WindowShare> share(String counterType, Window window);
}
