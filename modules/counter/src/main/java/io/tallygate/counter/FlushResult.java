package io.tallygate.counter;

import java.util.List;

/**
 * What a store answers to a {@link Flush}, and again to the same flush.
 *
 * @param changes  one outcome for each of the flush's changes
 * @param requests one result for each of its keyed requests; a repeated one has the outcomes of its first time
 */
public record FlushResult(Outcomes changes, List<WriteResult> requests) {}
