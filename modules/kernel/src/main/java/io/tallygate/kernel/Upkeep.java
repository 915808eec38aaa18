package io.tallygate.kernel;

import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * What a domain does with what it has stored because time passes, and not because a caller asks. A server does it by itself;
 * where no process lives between requests, somebody has it done. Thread-safe; it may be done by several processes at once.
 */
@FunctionalInterface
public interface Upkeep {

    /**
     * Does what is due, a little at a time; waits for the store.
     *
     * @param timeIsUp whether to leave the rest for another time
     * @return how many records were deleted or changed
     */
    long run(Instant now, BooleanSupplier timeIsUp);
}
