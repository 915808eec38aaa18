package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.Precision;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * The part of each limit that this process may use while the store is away: the whole part of limit × share, at least 1
 * unless the limit is 0. Thread-safe.
 */
final class Shares {

    /** More are computed each time: limits of descriptors' own can be any. */
    private static final int KNOWN_MAX = 10_000;

    private record Known(double share, Map<Limit, Limit> limits) {

        private Known(double share) {
            this(share, new ConcurrentHashMap<>());
        }
    }

    private final DoubleSupplier share;
    private final Precision precision;
    private volatile Known known;

    /**
     * Shares.
     *
     * @param share     this process's part, above 0 and at most 1; asked again for each limit, as instances come and go
     * @param precision of the store that counts them
     */
    Shares(DoubleSupplier share, Precision precision) {
        this.share = share;
        this.precision = precision;
        this.known = new Known(1);
    }

    Limit of(Limit limit) {
        double now = Math.clamp(share.getAsDouble(), 0.0, 1.0);
        Known current = known;
        if (current.share != now) {
            current = new Known(now);
            known = current;
        }
        Limit part = current.limits.get(limit);
        if (part == null) {
            part = part(limit, now);
            if (current.limits.size() < KNOWN_MAX) {
                current.limits.put(limit, part);
            }
        }
        return part;
    }

    private Limit part(Limit limit, double share) {
        long requests = limit.requests() == 0 ? 0 : atLeastOne(limit.requests(), share);
        return limit.algorithm() == Algorithm.TOKEN_BUCKET
                ? Limit.tokenBucket(requests, atLeastOne(limit.burst(), share), limit.window(), precision)
                : Limit.of(limit.algorithm(), requests, limit.window(), precision);
    }

    private static long atLeastOne(long number, double share) {
        return Math.max(1, (long) Math.floor(number * share));
    }
}
