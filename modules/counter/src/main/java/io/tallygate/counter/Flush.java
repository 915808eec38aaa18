package io.tallygate.counter;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.List;

/**
 * What a store applies in one atomic step.
 *
 * @param at       when it was put together; idempotency records count their age from here
 * @param changes  in counter order, changes of one counter in the order they were asked for
 * @param requests after the changes, in the order they were asked for
 */
public record Flush(FlushId id, Instant at, List<Change> changes, List<KeyedRequest> requests) {}
