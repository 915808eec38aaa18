package io.tallygate.quota;

/**
 * The asynchronous side of this process since it began. All but the first count operations, unless they say otherwise.
 *
 * @param healthy   whether the store takes what was accepted
 * @param total     that were accepted
 * @param processed that were committed
 * @param failed    that the store refused, because what was used would have left the range of amounts, or their name belongs to
 *                  another request
 * @param lost      that could not be written before the process ended
 * @param batches   how many flushes were committed
 * @param queued    that are accepted and not written: what is lost if this process is killed now
 * @param fallbacks that found the queue full and were committed before their answer
 */
public record ConsumerStatistics(boolean healthy, long total, long processed, long failed, long lost, long batches,
        long queued, long fallbacks) {}
