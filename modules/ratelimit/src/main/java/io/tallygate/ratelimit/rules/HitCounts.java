package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Algorithm;

/**
 * What a descriptor's hits add to its metrics, as Envoy's reference service counts them: hits within the limit, those of
 * them that are near it, and those beyond it. A request can be partly near the limit and partly beyond it.
 *
 * @param total  all hits
 * @param within hits of a request that was within the limit
 * @param near   hits beyond 80 % of the limit, and not beyond the limit
 * @param over   hits beyond the limit
 * @param shadow those of them that were let through because the rule only reports
 */
public record HitCounts(long total, long within, long near, long over, long shadow) {

    private static final HitCounts NONE = new HitCounts(0, 0, 0, 0, 0);

    /** Of a descriptor, by its decisive limit; nothing where hits were given back or only looked at. */
    public static HitCounts of(DescriptorReport descriptor) {
        LimitReport limit = descriptor.decisive().orElse(null);
        return limit == null || limit.claim().hits() <= 0 ? NONE : of(limit, descriptor.shadow());
    }

    private static HitCounts of(LimitReport limit, boolean shadow) {
        long hits = limit.claim().hits();
        long requests = limit.rule().limit().requests();
        // Four fifths, rounded down.
        long nearFrom = requests / 5 * 4 + requests % 5 * 4 / 5;
        if (!limit.over()) {
            long after = Math.max(0, requests - limit.remaining());
            return new HitCounts(hits, hits, Math.clamp(after - nearFrom, 0, hits), 0, 0);
        }
        long over = over(limit, hits, requests);
        long near = Math.min(hits - over, requests - nearFrom);
        return new HitCounts(hits, 0, near, over, shadow ? over : 0);
    }

    /** A window that counts on tells how much of the request fitted; whatever counts nothing when it is over, none of it. */
    private static long over(LimitReport limit, long hits, long requests) {
        boolean countsOn = limit.rule().limit().algorithm() == Algorithm.FIXED_WINDOW;
        long after = countsOn && limit.decision().isPresent() ? limit.decision().get().used() : 0;
        return after > requests ? Math.min(hits, after - requests) : hits;
    }
}
