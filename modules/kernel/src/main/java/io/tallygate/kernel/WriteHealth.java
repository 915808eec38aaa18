package io.tallygate.kernel;

import java.util.Optional;

/** Whether what is written reaches its store. Thread-safe; asking costs nothing. */
public interface WriteHealth {

    /**
     * Why every write has failed for longer than {@link WriteWatch#PATIENCE}, in the store's words and on one line; empty
     * as soon as one has succeeded.
     */
    Optional<String> failure();
}
