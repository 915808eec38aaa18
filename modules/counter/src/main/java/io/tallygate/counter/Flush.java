package io.tallygate.counter;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.List;

/**
 * What a store applies in one atomic step.
 *
 * @param at       when it was put together; idempotency records that it makes count their age from here
 * @param ageAt    when the ages of idempotency records that it finds are taken; not after {@code at}
 * @param changes  in counter order, changes of one counter in the order they were asked for
 * @param requests after the changes, in the order they were asked for
 */
public record Flush(FlushId id, Instant at, Instant ageAt, List<Change> changes, List<KeyedRequest> requests) {

    /** A flush by one clock. */
    public Flush(FlushId id, Instant at, List<Change> changes, List<KeyedRequest> requests) {
        this(id, at, at, changes, requests);
    }
}
